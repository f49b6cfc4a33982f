/** The people of a run: devices, stubborn senders, and an instructor who notifies; all by one plan. */
import { Device, type Target } from "./device.ts";
import type { FrameFaults } from "./frame_faults.ts";
import { Ledger } from "./ledger.ts";
import { judge, settled, type Verdict, type Witness } from "./oracle.ts";
import type { Dice } from "./plan.ts";
import { Rest, type Subject, tokenOf } from "./rest.ts";
import type { RunningClock } from "./running_clock.ts";

/** What a cast needs. */
export interface CastOptions {
  dice: Dice;
  /** Where REST goes, asked anew for each try. */
  origin(): string;
  /** Each server by itself, for the oracle; the one of `origin` unless there are more. */
  origins?(): string[];
  /** Where a device goes: the same unless a proxy stands in front of it. */
  deviceOrigin?(device: string): string;
  clock?(device: string): RunningClock;
  faults?(device: string): FrameFaults;
  /** Devices of each person: two of the first and one of each other unless it is said. */
  devices?: Record<string, number>;
}

const PEOPLE = ["ada", "bo", "cy"];
const INSTRUCTOR: Subject = { id: "ina", role: "admin" };
const SUBJECTS: readonly Subject[] = [INSTRUCTOR, ...PEOPLE.map((id): Subject => ({ id }))];
/** Tries of one REST message at the same time, now and then. */
const AT_ONCE = 3;
/** REST messages that may be under way. */
const POSTS_MAX = 8;
/** How long everything may take to come to rest; long, because machines that test are slow. */
const REST_MS = 90_000;

/** See the header of this module. */
export class Cast {
  readonly ledger = new Ledger();
  readonly devices: Device[] = [];
  readonly #options: CastOptions;
  readonly #rests = new Map<string, Rest>();
  readonly #posts = new Set<Promise<void>>();
  #roomId = "";
  #posted = 0;
  #noticed = 0;

  private constructor(options: CastOptions) {
    this.#options = options;
  }

  /** Everybody signs in, a room of all is made, devices are opened. */
  static async gather(options: CastOptions): Promise<Cast> {
    const cast = new Cast(options);
    const { dice, origin } = options;
    for (const subject of SUBJECTS) {
      const rest = new Rest(origin, await tokenOf(subject));
      cast.#rests.set(subject.id, rest);
      // The first request makes the profile.
      await rest.get("GET", "users/me");
    }
    const room = await cast.rest(INSTRUCTOR.id)
      .get<{ id: string }>("POST", "rooms", { name: "Cohort", memberIds: PEOPLE });
    cast.#roomId = room.id;
    for (const personId of PEOPLE) {
      const count = options.devices?.[personId] ?? (personId === PEOPLE[0] ? 2 : 1);
      for (let i = 1; i <= count; i++) {
        const name = `${personId}${i}`;
        const deviceOrigin = options.deviceOrigin ? () => options.deviceOrigin!(name) : origin;
        cast.devices.push(
          new Device({
            name,
            personId,
            token: await tokenOf({ id: personId }),
            rest: cast.rest(personId),
            targets: cast.targetsOf(personId),
            ledger: cast.ledger,
            dice: dice.of(name),
            origin: deviceOrigin,
            clock: options.clock?.(name),
            faults: options.faults?.(name),
          }),
        );
      }
    }
    await Promise.all(cast.devices.map((device) => device.open()));
    return cast;
  }

  get roomId(): string {
    return this.#roomId;
  }

  rest(personId: string): Rest {
    const rest = this.#rests.get(personId);
    if (!rest) throw new Error(`Nobody is called ${personId}`);
    return rest;
  }

  /** Whom somebody may write to. */
  targetsOf(personId: string): Target[] {
    return [
      ...PEOPLE.filter((id) => id !== personId).map((id): Target => ({ kind: "person", id })),
      { kind: "room", id: this.#roomId },
    ];
  }

  /** Somebody does something. */
  async step(): Promise<void> {
    const { dice } = this.#options;
    const device = dice.pick(this.devices);
    const target = dice.pick(device.targets);
    const what = dice.next();
    if (what < 0.55) device.say(target, " ".concat("x".repeat(dice.below(120))).trimEnd());
    else if (what < 0.72) this.#post();
    else if (what < 0.84) device.read(target);
    else if (what < 0.9) device.conversation(target);
    else if (what < 0.94) this.#notify();
    else if (what < 0.99) this.#ring(device);
    else await device.reload();
  }

  /** Steps with short pauses, until `over`. */
  async act(over: () => boolean): Promise<void> {
    while (!over()) {
      await this.step();
      await pause(this.#options.dice.next() * 8);
    }
  }

  /** A number of steps. */
  async steps(count: number): Promise<void> {
    let left = count;
    await this.act(() => left-- <= 0);
  }

  /** Waits until nobody has anything unsent or unread-in, and every device is online. */
  async settle(ms = REST_MS): Promise<void> {
    await Promise.all(this.#posts);
    await settled(() => {
      for (const device of this.devices) {
        const unsent = device.model.chat.unsentCount.peek();
        if (unsent > 0) return `${device.name} has ${unsent} unsent messages`;
        const { kind } = device.model.connection.state.peek();
        if (kind !== "online") return `${device.name} is ${kind}`;
      }
      return null;
    }, ms);
  }

  /** Lets everything come to rest and asks the oracle. */
  async judge(): Promise<Verdict> {
    await this.settle();
    const { origin, origins = () => [origin()] } = this.#options;
    const people: Witness[] = [];
    for (const each of origins()) {
      for (const subject of SUBJECTS) {
        people.push({ id: subject.id, rest: new Rest(() => each, await tokenOf(subject)) });
      }
    }
    return await judge({ people, devices: this.devices, ledger: this.ledger });
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.close()));
    await Promise.allSettled(this.#posts);
  }

  /** Over REST, with a clientId of its own, as often as it takes; sometimes several times at once. */
  #post(): void {
    if (this.#posts.size >= POSTS_MAX) return;
    const { dice } = this.#options;
    const personId = dice.pick(PEOPLE);
    const target = dice.pick(this.targetsOf(personId));
    const clientId = `rest-${personId}-${++this.#posted}`;
    const content = `${personId} by REST ${this.#posted}`;
    const body = {
      ...(target.kind === "room" ? { conversationId: target.id } : { receiverId: target.id }),
      content,
      clientId,
    };
    this.ledger.said(personId, { device: `${personId}-rest`, target, content, ordered: false });
    const once = async () => {
      const { status, json } = await this.rest(personId).ask("POST", "messages", body);
      if (status === 200 || status === 201) this.ledger.acked(personId, json.data);
      else this.ledger.problem(`${clientId} was answered ${status}: ${JSON.stringify(json)}`);
    };
    const tries = dice.chance(0.15) ? AT_ONCE : 1;
    for (let i = 0; i < tries; i++) this.#track(once());
  }

  /** The instructor tells one, some, a room or everybody, with an Idempotency-Key. */
  #notify(): void {
    if (this.#posts.size >= POSTS_MAX) return;
    const { dice } = this.#options;
    const title = `notice-${++this.#noticed}`;
    const one = dice.pick(PEOPLE);
    const [to, recipients] = dice.pick<[unknown, string[]]>([
      [{ userId: one }, [one]],
      [{ userIds: PEOPLE.slice(0, 2) }, PEOPLE.slice(0, 2)],
      [{ room: this.#roomId }, [...PEOPLE, INSTRUCTOR.id]],
      [{ broadcast: true }, [...PEOPLE, INSTRUCTOR.id]],
    ]);
    this.ledger.noticed({ title, recipients });
    const body = { to, type: "test", title, message: "Something happened" };
    const once = async () => {
      const { status, json } = await this.rest(INSTRUCTOR.id)
        .ask("POST", "notifications", body, { "idempotency-key": title });
      if (status !== 201) this.ledger.problem(`${title}: ${status} ${JSON.stringify(json)}`);
    };
    const tries = dice.chance(0.15) ? AT_ONCE : 1;
    for (let i = 0; i < tries; i++) this.#track(once());
  }

  /** Somebody uses the bell. */
  #ring(device: Device): void {
    const { dice } = this.#options;
    const bell = device.model.notifications;
    const items = bell.items.peek();
    if (dice.chance(0.2)) bell.markSeen();
    else if (dice.chance(0.1)) bell.markAllRead();
    else if (items.length > 0) {
      const { id } = dice.pick(items);
      if (dice.chance(0.7)) bell.markRead(id);
      else bell.archive(id);
    }
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error) => this.ledger.problem(String(error)))
      .finally(() => this.#posts.delete(tracked));
    this.#posts.add(tracked);
  }
}

/** Some milliseconds of the plan. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => void setTimeout(resolve, ms));
}
