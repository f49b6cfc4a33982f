/**
 * The yardstick: a server that parses a frame, acknowledges it and passes it on, tells everybody
 * what it is posted, answers a resume with nothing, and keeps nothing. Prints its port.
 */

const sockets = new Map<string, WebSocket>();
const all = new Set<WebSocket>();
const sequences = new Map<string, number>();

const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, async (request) => {
  if (request.headers.get("upgrade") !== "websocket") {
    if (request.method === "POST") return broadcast(await request.json());
    return Response.json({ success: true, data: ["a page of nothing"] });
  }
  const user = new URL(request.url).searchParams.get("user") ?? "";
  const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "skilllink.v1" });
  socket.onopen = () => {
    sockets.set(user, socket);
    all.add(socket);
    socket.send(JSON.stringify({ type: "connected", userId: user }));
  };
  socket.onclose = () => {
    sockets.delete(user);
    all.delete(socket);
  };
  // A peer that is killed; the close event follows.
  socket.onerror = (event) => event.preventDefault();
  socket.onmessage = ({ data }) => take(user, socket, JSON.parse(data));
  return response;
});

function take(user: string, socket: WebSocket, frame: Record<string, string>): void {
  if (frame.type === "resume") {
    socket.send(JSON.stringify({ type: "resumed", conversations: [], reset: [] }));
    return;
  }
  const { clientId, receiverId = "", content } = frame;
  const conversationId = `${user}-${receiverId}`;
  const seq = (sequences.get(conversationId) ?? 0) + 1;
  sequences.set(conversationId, seq);
  const message = {
    id: `${conversationId}.${seq}`,
    clientId,
    conversationId,
    seq,
    senderId: user,
    receiverId,
    content,
    createdAt: new Date().toISOString(),
  };
  sockets.get(receiverId)?.send(JSON.stringify({ type: "message", message, rev: seq }));
  socket.send(JSON.stringify({ type: "ack", clientId, message }));
}

function broadcast(notification: unknown): Response {
  const frame = { type: "notification", notification, unreadCount: 1, unseenCount: 1 };
  const json = JSON.stringify(frame);
  for (const socket of all) socket.send(json);
  return Response.json({ success: true }, { status: 201 });
}

console.log(server.addr.port);
