/**
 * One socket: what it is doing, what it may do, and its answers. No exception leaves it, because one
 * that leaves a socket's handler ends the process.
 */
import type { UserPrincipal } from "../identity/types.ts";
import { delay, type Timer } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { closeCode, HEARTBEAT_SECONDS, SOCKET_BUFFER_MAX_BYTES } from "../shared/limits.ts";
import { errorFields } from "../shared/logger.ts";
import type { ClientFrame, Position, ServerFrame } from "../shared/protocol.ts";
import { readMessage } from "./frame_input.ts";
import type { HubOptions } from "./hub.ts";
import { answerFrame } from "./frame_answers.ts";
import { SignInWatch } from "./sign_in_watch.ts";
import { Wire } from "./wire.ts";

/** A live frame that waits for the end of a resume. */
interface Held {
  frame: ServerFrame;
  json: string;
}

interface Holding {
  held: Held[];
  heldBytes: number;
}

/** What a session is doing. */
export type SessionState =
  /** The handshake is not over; a connection that breaks before its end tells nothing at all. */
  | { kind: "opening"; timer: Timer }
  /**
   * Open, and the client has not said yet whether it resumes. If it does, what was missed must come
   * before what happens now, so live frames wait for that word, a moment at most.
   */
  | ({ kind: "greeted"; timer: Timer } & Holding)
  | { kind: "live" }
  /** What was missed is being read and sent; live frames wait behind it. */
  | ({ kind: "resuming" } & Holding)
  | { kind: "closed" };

/** What a session needs from the hub. */
export interface SessionHost {
  readonly options: HubOptions;
  opened(session: Session): void;
  /** Called once. */
  closed(session: Session): void;
  typing(session: Session, conversationId: string, on: boolean): Promise<void>;
  /** Whether its window can be seen has been said. */
  seen(session: Session): void;
}

/** A handshake that is not over by then has failed. */
const OPENING_MS = 5000;
/** A client that wants to resume says so at once; one that only listens waits this long, once. */
const FIRST_WORD_MS = 250;
/**
 * The end of a token is looked at so often. The runtime keeps a list for each duration that a timer
 * was ever set for, until that time has passed, a cancelled timer's too: sockets that wait for the end
 * of a day, each a millisecond other, would leave a day's worth of lists behind.
 */
const EXPIRY_LOOK_MS = 10 * 60_000;
/** Frames that leave it open whether a resume is still to come. */
const BEFORE_RESUME: ReadonlySet<ClientFrame["type"]> = new Set(["resume", "visibility"]);
/** Frames in a row that can't be read, or come too fast, before the socket is closed. */
const BAD_IN_A_ROW = 20;
const REFUSED_IN_A_ROW = 500;
/** A resume is sent in parts of this size, each when the one before is on its way. */
const PART_BYTES = 256 * 1024;
const PART_WAIT_MS = 20;
const PART_PATIENCE_MS = 30_000;

/** See the header of this module. */
export class Session {
  readonly id = crypto.randomUUID();
  readonly #host: SessionHost;
  readonly #socket: WebSocket;
  readonly #wire: Wire;
  #principal: UserPrincipal;
  #state: SessionState;
  #expiry: Timer | null = null;
  readonly #signIn: SignInWatch;
  #bad = 0;
  #refused = 0;
  #inFlight = new Set<Promise<void>>();
  /** The large answers so far. */
  #large = Promise.resolve();
  /** How it was ended from here; null while it is not, and when the peer ended it. */
  closedBy: { code: number; reason: string } | null = null;
  /** Whether its window can be seen: not until it says so. */
  visible = false;

  constructor(host: SessionHost, socket: WebSocket, principal: UserPrincipal) {
    this.#host = host;
    this.#socket = socket;
    this.#principal = principal;
    this.#wire = new Wire(socket, () => this.close(closeCode.tooSlow, "too slow"));
    this.#signIn = new SignInWatch(
      host.options,
      () => this.close(closeCode.unauthenticated, "signed out"),
    );
    const guarded = (run: () => void) => () => {
      try {
        run();
      } catch (error) {
        this.#failed(error);
      }
    };
    const timer = host.options.clock.after(OPENING_MS, guarded(() => this.#end()));
    this.#state = { kind: "opening", timer };
    socket.onopen = guarded(() => this.#open());
    socket.onmessage = (event) => guarded(() => this.#receive(event.data))();
    socket.onclose = guarded(() => this.#end());
    // The close event follows; without a handler the error would end the process.
    socket.onerror = (event) => event.preventDefault();
    if (socket.readyState === WebSocket.OPEN) guarded(() => this.#open())();
  }

  get userId(): string {
    return this.#principal.userId;
  }
  get sessionId(): string | null {
    return this.#principal.sessionId;
  }
  /** The rooms that a host platform's token names. */
  get rooms(): readonly string[] {
    return this.#principal.rooms;
  }
  get state(): SessionState["kind"] {
    return this.#state.kind;
  }
  get isClosed(): boolean {
    return this.#state.kind === "closed";
  }

  /** Takes a live frame, given with its JSON. */
  deliver(frame: ServerFrame, json: string): void {
    const state = this.#state;
    switch (state.kind) {
      case "live":
        this.#wire.push(json);
        return;
      case "greeted":
      case "resuming":
        state.held.push({ frame, json });
        state.heldBytes += json.length;
        if (state.heldBytes > SOCKET_BUFFER_MAX_BYTES) this.close(closeCode.tooSlow, "too slow");
        return;
      case "opening":
      case "closed":
        return;
    }
  }

  /** Answers this socket only. */
  answer(frame: ServerFrame): void {
    this.answerJson(JSON.stringify(frame));
  }

  answerJson(json: string): void {
    if (this.#state.kind !== "opening" && this.#state.kind !== "closed") this.#wire.push(json);
  }

  /** Says `bye` and closes; a peer that has not read for long is told nothing more. */
  close(code: number, reason: string, retryInMs = 0): void {
    if (this.#state.kind === "closed") return;
    this.closedBy = { code, reason };
    try {
      if (code === closeCode.tooSlow && this.#wire.unsent > SOCKET_BUFFER_MAX_BYTES) {
        this.#wire.discard();
      } else {
        if (this.#state.kind !== "opening") {
          this.#wire.push(JSON.stringify({ type: "bye", code, retryInMs } satisfies ServerFrame));
        }
        this.#cancelTimer();
        this.#state = { kind: "closed" };
        this.#wire.flush();
      }
    } catch (error) {
      this.#host.options.log.warn("A socket could not be told bye", errorFields(error));
    }
    this.#end();
    try {
      this.#socket.close(code, reason);
    } catch (error) {
      this.#host.options.log.warn("A socket could not be closed", errorFields(error));
    }
  }

  /** Resolves when every frame that was taken has been answered. */
  async settled(): Promise<void> {
    while (this.#inFlight.size > 0) await Promise.all(this.#inFlight);
  }

  /** The same person goes on with another token. */
  renew(principal: UserPrincipal): void {
    this.#principal = principal;
    this.#watchExpiry();
    this.#signIn.watch(this.sessionId);
  }

  /** Sends what was missed, in parts, and then what happened meanwhile. */
  async resume(
    read: () => Promise<{ frames: ServerFrame[]; heads: Record<string, Position> }>,
  ): Promise<void> {
    const before = this.#state;
    if (before.kind === "resuming") {
      throw new AppError("conflict", "Cannot resume: a resume is under way");
    }
    if (before.kind !== "live" && before.kind !== "greeted") return;
    const state: Extract<SessionState, { kind: "resuming" }> = before.kind === "live"
      ? { kind: "resuming", held: [], heldBytes: 0 }
      : { kind: "resuming", held: before.held, heldBytes: before.heldBytes };
    if (before.kind === "greeted") before.timer.cancel();
    this.#state = state;
    let isOld = (_: ServerFrame) => false;
    try {
      const { frames, heads } = await read();
      isOld = replayedBy(frames, heads);
      await this.#sendParts(frames);
    } finally {
      if (this.#state === state) this.#release(state, isOld);
    }
  }

  /**
   * Makes large answers one after another, each when the peer has taken most of the one before: a
   * hundred that are asked for at once are never in memory together (R10).
   */
  inTurn(work: () => Promise<void>): Promise<void> {
    const turn = this.#large.then(async () => {
      await this.#taken();
      if (!this.isClosed) await work();
    });
    this.#large = turn.catch(() => {});
    return turn;
  }

  /** Goes live: what was held comes now, but for what a resume has brought. */
  #release({ held }: Holding, isOld: (frame: ServerFrame) => boolean = () => false): void {
    this.#state = { kind: "live" };
    for (const { frame, json } of held) if (!isOld(frame)) this.#wire.push(json);
  }

  async #sendParts(frames: readonly ServerFrame[]): Promise<void> {
    let bytes = 0;
    for (const frame of frames) {
      if (this.isClosed) return;
      const json = JSON.stringify(frame);
      this.#wire.push(json);
      bytes += json.length;
      if (bytes < PART_BYTES) continue;
      bytes = 0;
      await this.#taken();
    }
  }

  /** Waits for the peer to take most of what was sent; one that does not is closed. */
  async #taken(): Promise<void> {
    const { clock } = this.#host.options;
    this.#wire.flush();
    const patience = clock.now() + PART_PATIENCE_MS;
    while (!this.isClosed && this.#wire.unsent > PART_BYTES) {
      if (clock.now() > patience) return this.close(closeCode.tooSlow, "too slow");
      await delay(clock, PART_WAIT_MS);
    }
  }

  #open(): void {
    // Given up: it took too long, or its session has ended meanwhile.
    if (this.#state.kind === "closed") return this.#socket.close(closeCode.restart);
    if (this.#state.kind !== "opening") return;
    this.#state.timer.cancel();
    const { clock } = this.#host.options;
    const timer = clock.after(FIRST_WORD_MS, () => {
      if (this.#state.kind === "greeted") this.#release(this.#state);
    });
    this.#state = { kind: "greeted", timer, held: [], heldBytes: 0 };
    this.answer({
      type: "connected",
      userId: this.userId,
      connectionId: this.id,
      heartbeatSeconds: HEARTBEAT_SECONDS,
      serverTime: new Date(clock.now()).toISOString(),
      epoch: this.#host.options.epoch,
    });
    this.#watchExpiry();
    this.#signIn.watch(this.sessionId);
    this.#host.opened(this);
  }

  #watchExpiry(): void {
    const { clock } = this.#host.options;
    this.#expiry?.cancel();
    this.#expiry = null;
    const { expiresAt } = this.#principal;
    if (expiresAt === null || this.isClosed) return;
    const wait = Math.min(expiresAt - clock.now(), EXPIRY_LOOK_MS);
    this.#expiry = clock.after(wait, () => {
      if (clock.now() >= expiresAt) this.close(closeCode.tokenExpired, "token expired");
      else this.#watchExpiry();
    });
  }

  #receive(data: unknown): void {
    if (this.#state.kind === "closed" || this.#state.kind === "opening") return;
    const received = readMessage(data);
    if (received.kind === "close") return this.close(received.code, received.reason);
    for (const input of received.inputs) {
      if (this.isClosed) return;
      if (input.ok) {
        this.#bad = 0;
        if (this.#state.kind === "greeted" && !BEFORE_RESUME.has(input.frame.type)) {
          this.#state.timer.cancel();
          this.#release(this.#state);
        }
        this.#take(input.frame);
        continue;
      }
      const { clientId, message } = input;
      this.answer({ type: "error", ...(clientId ? { clientId } : {}), code: "invalid", message });
      if (++this.#bad > BAD_IN_A_ROW) this.close(closeCode.protocol, "frames can't be read");
    }
  }

  #take(frame: ClientFrame): void {
    try {
      this.#host.options.takeLimit(frame.type, this.userId);
      this.#refused = 0;
    } catch (error) {
      this.#refuse(frame, error);
      if (++this.#refused > REFUSED_IN_A_ROW) this.close(closeCode.tooSlow, "too many frames");
      return;
    }
    const work = answerFrame(this.#host, this, frame);
    if (!work) return;
    const done = work.catch((error) => this.#refuse(frame, error))
      .finally(() => this.#inFlight.delete(done));
    this.#inFlight.add(done);
  }

  #refuse(frame: ClientFrame, error: unknown): void {
    const known = error instanceof AppError;
    if (!known) {
      this.#host.options.log.error("A frame failed", { frame: frame.type, ...errorFields(error) });
    }
    this.answer({
      type: "error",
      ...(frame.type === "send" ? { clientId: frame.clientId } : {}),
      code: known ? error.code : "internal",
      message: known ? error.message : "Cannot do this: something went wrong here",
    });
  }

  #failed(error: unknown): void {
    this.#host.options.log.error("A socket failed", errorFields(error));
    this.close(closeCode.protocol, "failed");
  }

  #end(): void {
    const ended = this.#ended;
    this.#ended = true;
    this.#cancelTimer();
    this.#state = { kind: "closed" };
    if (ended) return;
    this.#expiry?.cancel();
    this.#signIn.stop();
    this.#host.closed(this);
  }
  #cancelTimer(): void {
    if ("timer" in this.#state) this.#state.timer.cancel();
  }
  // `close` may be told twice, and comes after an own close as well.
  #ended = false;
}

/** Tells of a held frame whether what was replayed has it in it, or something newer. */
function replayedBy(
  frames: readonly ServerFrame[],
  heads: Readonly<Record<string, Position>>,
): (frame: ServerFrame) => boolean {
  const marks = new Map<string, number>();
  for (const frame of frames) {
    if (frame.type === "read") marks.set(`${frame.conversationId} ${frame.userId}`, frame.upTo);
  }
  return (frame) => {
    if (frame.type === "message") {
      const { conversationId, seq } = frame.message;
      return seq <= (heads[conversationId]?.seq ?? -1);
    }
    return frame.type === "read" &&
      frame.upTo <= (marks.get(`${frame.conversationId} ${frame.userId}`) ?? -1);
  };
}
