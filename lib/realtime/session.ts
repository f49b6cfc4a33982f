/**
 * One socket: what it is doing, what it may do, and its answers. No exception leaves it, because one
 * that leaves a socket's handler ends the process.
 */
import type { UserPrincipal } from "../identity/types.ts";
import type { Timer } from "../shared/clock.ts";
import { AppError } from "../shared/errors.ts";
import { closeCode, HEARTBEAT_SECONDS, SOCKET_BUFFER_MAX_BYTES } from "../shared/limits.ts";
import { errorFields } from "../shared/logger.ts";
import type { ClientFrame, Position, ServerFrame } from "../shared/protocol.ts";
import { readMessage } from "./frame_input.ts";
import type { HubOptions } from "./hub.ts";
import { answerFrame } from "./frame_answers.ts";
import { LargeAnswers } from "./large_answers.ts";
import { type Holding, replayedBy, type SessionState } from "./session_state.ts";
import { SignInWatch } from "./sign_in_watch.ts";
import { Wire } from "./wire.ts";

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
/** See the header of this module. */
export class Session {
  readonly id = crypto.randomUUID();
  readonly #host: SessionHost;
  readonly #socket: WebSocket;
  readonly #wire: Wire;
  #principal: UserPrincipal;
  #state: SessionState;
  #expiry: Timer | null = null;
  // Parts that many sockets never need, or no more than once, are made when they do.
  #signIn: SignInWatch | null = null;
  #bad = 0;
  #refused = 0;
  #inFlight: Set<Promise<void>> | null = null;
  #large: LargeAnswers | null = null;
  /** How it was ended from here; null while it is not, and when the peer ended it. */
  closedBy: { code: number; reason: string } | null = null;
  /** Whether its window can be seen: not until it says so. */
  visible = false;

  constructor(host: SessionHost, socket: WebSocket, principal: UserPrincipal) {
    this.#host = host;
    this.#socket = socket;
    this.#principal = principal;
    this.#wire = new Wire(socket, () => this.close(closeCode.tooSlow, "too slow"));
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
    while (this.#inFlight?.size) await Promise.all(this.#inFlight);
  }

  /** The same person goes on with another token. */
  renew(principal: UserPrincipal): void {
    this.#principal = principal;
    this.#watchExpiry();
    this.#watchSignIn();
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
      await this.#largeAnswers.send(frames);
    } finally {
      if (this.#state === state) this.#release(state, isOld);
    }
  }

  /** Makes a large answer once the peer has taken most of those before (R10). */
  inTurn(work: () => Promise<void>): Promise<void> {
    return this.#largeAnswers.inTurn(work);
  }

  get #largeAnswers(): LargeAnswers {
    return this.#large ??= new LargeAnswers(this.#host.options.clock, this.#wire, this);
  }

  /** Goes live: what was held comes now, but for what a resume has brought. */
  #release({ held }: Holding, isOld: (frame: ServerFrame) => boolean = () => false): void {
    this.#state = { kind: "live" };
    for (const { frame, json } of held) if (!isOld(frame)) this.#wire.push(json);
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
    this.#watchSignIn();
    this.#host.opened(this);
  }

  /** A host platform's token has no sign-in. */
  #watchSignIn(): void {
    if (this.sessionId !== null) {
      this.#signIn ??= new SignInWatch(
        this.#host.options,
        () => this.close(closeCode.unauthenticated, "signed out"),
      );
    }
    this.#signIn?.watch(this.sessionId);
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
      .finally(() => this.#inFlight?.delete(done));
    (this.#inFlight ??= new Set()).add(done);
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
    this.#signIn?.stop();
    this.#host.closed(this);
  }
  #cancelTimer(): void {
    if ("timer" in this.#state) this.#state.timer.cancel();
  }
  // `close` may be told twice, and comes after an own close as well.
  #ended = false;
}
