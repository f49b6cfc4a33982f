/** One device of one person: the product's own client on a real network, and what its screen showed. */
import { effect } from "@preact/signals";
import { createLocalStore } from "../../../lib/client/local_store.ts";
import { createModel, type PageModel } from "../../../lib/client/model.ts";
import type { ConversationModel, MessageView } from "../../../lib/client/types.ts";
import { type InitialState, type KnownConversation } from "../../../lib/shared/initial_state.ts";
import type { Notification } from "../../../lib/shared/notification_schema.ts";
import type { User } from "../../../lib/shared/user_schema.ts";
import { noPush } from "../../../lib/testing/client_world.ts";
import type { FrameFaults } from "./frame_faults.ts";
import type { Ledger } from "./ledger.ts";
import { createNetworkBrowser, type NetworkBrowser } from "./network_browser.ts";
import type { Dice } from "./plan.ts";
import type { Rest } from "./rest.ts";
import { createRunningClock, type RunningClock } from "./running_clock.ts";

/** Where one can write to: a person, or a room. */
export interface Target {
  kind: "person" | "room";
  /** The person's id or the room's. */
  id: string;
}

/** What a device is made of. */
export interface DeviceOptions {
  name: string;
  personId: string;
  token: string;
  rest: Rest;
  targets: readonly Target[];
  ledger: Ledger;
  dice: Dice;
  /** Where its sockets and requests go; asked anew each time. */
  origin(): string;
  /** The machine's; each page has timers of its own. */
  clock?: RunningClock;
  faults?: FrameFaults;
}

/** Unsent messages at which a device writes no more until some are through. */
const UNSENT_MAX = 20;

/** See the header of this module. */
export class Device {
  readonly name: string;
  readonly personId: string;
  readonly targets: readonly Target[];
  /** By conversation: what was shown, id of the message by seq. */
  readonly shown = new Map<string, Map<number, string>>();
  /** By conversation: which run of it was on the screen last. */
  readonly #runs = new Map<string, { first: number; length: number }>();
  /** Pages that were opened so far, reloads included. */
  pages = 0;
  readonly #options: DeviceOptions;
  readonly #store;
  readonly #clock: RunningClock;
  /** Sockets of earlier pages, which end when the network lets them. */
  readonly #ending = new Set<Promise<void>>();
  #page: { model: PageModel; browser: NetworkBrowser; stop: (() => void)[] } | null = null;
  #said = 0;
  #opened = 0;

  constructor(options: DeviceOptions) {
    this.#options = options;
    this.name = options.name;
    this.personId = options.personId;
    this.targets = options.targets;
    this.#clock = options.clock ?? createRunningClock();
    // What survives a reload: IndexedDB's part, kept in memory.
    this.#store = createLocalStore(options.name);
  }

  get model(): PageModel {
    if (!this.#page) throw new Error(`${this.name} has no page`);
    return this.#page.model;
  }
  get browser(): NetworkBrowser {
    if (!this.#page) throw new Error(`${this.name} has no page`);
    return this.#page.browser;
  }
  /** Sockets that were opened, those of earlier pages included. */
  get opened(): number {
    return this.#opened + (this.#page?.browser.opened ?? 0);
  }
  get isOnline(): boolean {
    return this.model.connection.state.peek().kind === "online";
  }

  /** Loads the page: what a server renders is read over REST. */
  async open(): Promise<void> {
    const { rest, personId, token, origin, dice, ledger, faults } = this.#options;
    const initial = await initialState(rest);
    const browser = createNetworkBrowser({
      origin,
      token,
      clock: this.#clock.fork(),
      // Full jitter, without its long tail: outages here last a second, not minutes.
      random: () => dice.next() * 0.05,
      heard(frame) {
        if (frame.type === "ack") ledger.acked(personId, frame.message);
      },
      faults,
    });
    const model = createModel(initial, { browser, pushBrowser: noPush, store: this.#store });
    const page = { model, browser, stop: [] as (() => void)[] };
    this.#page = page;
    this.pages++;
    this.#watch(page);
    model.start();
    for (const target of this.targets) this.conversation(target);
  }

  /** The page goes, and comes again with what the device keeps. */
  async reload(): Promise<void> {
    this.#leave();
    this.#options.ledger.forgetMarks(this.name);
    await this.open();
  }

  /** For good; resolves when its sockets have ended. */
  async close(): Promise<void> {
    this.#leave();
    await Promise.all(this.#ending);
  }

  #leave(): void {
    const page = this.#page;
    if (!page) return;
    this.#page = null;
    this.#opened += page.browser.opened;
    for (const stop of page.stop) stop();
    const ended = page.browser.dispose().finally(() => this.#ending.delete(ended));
    this.#ending.add(ended);
  }

  /** What the button of the bar does; nothing while there is no page. */
  retryNow(): void {
    this.#page?.model.connection.retryNow();
  }

  /** Brings a conversation on the screen. */
  conversation(target: Target): ConversationModel {
    const { chat } = this.model;
    return target.kind === "room"
      ? chat.open(target.id)
      : chat.openWith({ id: target.id, name: target.id, avatar: null });
  }

  /** Writes something that nobody has written before; null when too much waits already. */
  say(target: Target, padding = ""): string | null {
    if (this.model.chat.unsentCount.peek() >= UNSENT_MAX) return null;
    const content = `${this.name} ${++this.#said}${padding}`;
    if (this.conversation(target).send(content) !== "ok") return null;
    this.#options.ledger.said(this.personId, { device: this.name, target, content });
    return content;
  }

  /** Reads what is on the screen. */
  read(target: Target): void {
    const conversation = this.conversation(target);
    const { seq } = conversation.row.peek();
    if (seq === 0) return;
    conversation.markRead();
    this.#options.ledger.read(this.name, this.personId, target, seq);
  }

  #watch(page: { model: PageModel; stop: (() => void)[] }): void {
    const known = new Set<ConversationModel>();
    const follow = (conversation: ConversationModel) => {
      if (known.has(conversation)) return;
      known.add(conversation);
      page.stop.push(effect(() => this.#rendered(conversation)));
    };
    page.stop.push(
      effect(() => page.model.chat.conversations.value.forEach(follow)),
      // One that was just opened is not in the list before its first message.
      effect(() => void (page.model.chat.current.value && follow(page.model.chat.current.value))),
    );
  }

  /** Looks at what is on the screen now. */
  #rendered(conversation: ConversationModel): void {
    const views = conversation.messages.value;
    const { id } = conversation.row.value;
    const problem = lookAt(views);
    if (problem) this.#options.ledger.problem(`${this.name} in ${id}: ${problem}`);
    const shown = this.shown.get(id) ?? new Map<number, string>();
    this.shown.set(id, shown);
    // Nearly always only the newest are new; a page that was loaded may be anywhere.
    const first = views[0]?.message.seq ?? 0;
    const before = this.#runs.get(id) ?? { first: 0, length: 0 };
    this.#runs.set(id, { first, length: views.length });
    const isGrown = first === before.first && views.length - before.length < 20;
    for (let i = views.length - 1; i >= 0; i--) {
      const { message } = views[i]!;
      if (message.seq === 0) continue;
      const known = shown.get(message.seq);
      if (known === message.id) {
        if (isGrown && i < views.length - 200) break;
        continue;
      }
      if (known !== undefined) {
        this.#options.ledger.problem(
          `${this.name} in ${id}: seq ${message.seq} was ${known} and is ${message.id}`,
        );
      }
      shown.set(message.seq, message.id);
    }
  }
}

/** Why what is shown can't be right at any moment; null: it can. */
export function lookAt(views: readonly MessageView[]): string | null {
  const keys = new Set<string>();
  let last = 0;
  let unsent = false;
  for (const { key, message: { seq }, own } of views) {
    if (keys.has(key)) return `${key} is shown twice`;
    keys.add(key);
    if (seq === 0) {
      unsent = true;
      continue;
    }
    if (unsent) return `seq ${seq} stands behind an unsent one`;
    if (seq <= last) return `seq ${seq} stands behind ${last}`;
    // An own message may be shown ahead of what it is known to follow.
    if (last > 0 && seq !== last + 1 && !own) return `seq ${seq} stands right behind ${last}`;
    last = seq;
  }
  return null;
}

/** What the server's own rendering of the page would hold. */
async function initialState(rest: Rest): Promise<InitialState> {
  const me = await rest.get<User>("GET", "users/me");
  const list = await rest.ask("GET", "messages/conversations");
  const bell = await rest.ask("GET", "notifications");
  const rows: KnownConversation[] = list.json.data;
  const items: Notification[] = bell.json.data;
  const { before } = bell.json.page;
  const { unreadCount, unseenCount } = bell.json;
  return {
    appName: "SkillLink",
    locale: "en",
    renderedAt: new Date().toISOString(),
    me,
    vapidKey: null,
    conversations: { rows, after: list.json.page.after },
    open: null,
    notifications: {
      items,
      before: before === null ? null : Number(before),
      counts: { unreadCount, unseenCount },
    },
  };
}
