/**
 * The yardstick: a socket server that parses a frame, acknowledges it and passes it on, and keeps
 * nothing. Runs as a process of its own and prints its port.
 */

const sockets = new Map<string, WebSocket>();
const sequences = new Map<string, number>();

const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen() {} }, (request) => {
  const user = new URL(request.url).searchParams.get("user") ?? "";
  const { socket, response } = Deno.upgradeWebSocket(request, { protocol: "skilllink.v1" });
  socket.onopen = () => {
    sockets.set(user, socket);
    socket.send(JSON.stringify({ type: "connected", userId: user }));
  };
  socket.onclose = () => sockets.delete(user);
  socket.onmessage = ({ data }) => {
    const { clientId, receiverId, content } = JSON.parse(data);
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
  };
  return response;
});
console.log(server.addr.port);
