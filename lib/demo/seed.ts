/** Makes the demo's people, its cohort and what they have said. */
import type { ChatService, RoomService } from "../chat/types.ts";
import type { Accounts } from "../identity/types.ts";
import {
  botLines,
  COHORT,
  cohortLines,
  directLines,
  type Line,
  type Persona,
  personas,
  tutorLines,
} from "./script.ts";

/** The id of each person of a demo. */
export type PersonaIds = Record<Persona["key"], string>;

/** Always the same, so that a demo that was half made is gone on with, and looks the same. */
export const personaIds: PersonaIds = {
  maya: "u_demo.maya",
  jonas: "u_demo.jonas",
  amira: "u_demo.amira",
  sage: "u_demo.sage",
};

const COHORT_ID = "r_demo-cohort-for-trying";

/** Chat at another time: what is sent gets the time that `at` was last called with (ms). */
export interface Past {
  at(time: number): void;
  chat: Pick<ChatService, "send" | "markRead">;
  rooms: Pick<RoomService, "create">;
}

/** What {@link seedDemo} needs. */
export interface SeedOptions {
  accounts: Pick<Accounts, "create">;
  past: Past;
  now: number;
}

const MINUTE = 60_000;

/** Minutes before now at which each conversation ends, so that the list has an order. */
const COHORT_ENDS = 55;
const DIRECT_ENDS = 6;
const TUTOR_ENDS = 140;
const BOT_ENDS = 2000;

/**
 * Makes what is not there yet: after a crash in the middle it goes on where that one stopped, because
 * people and the room have fixed ids and messages fixed clientIds (R3).
 */
export async function seedDemo({ accounts, past, now }: SeedOptions): Promise<void> {
  const ids = personaIds;
  for (const { key, name, role } of personas) await accounts.create({ id: ids[key], name, role });

  const play = async (
    name: string,
    lines: readonly Line[],
    endsAt: number,
    to: (who: Persona["key"]) => { receiverId: string } | { conversationId: string },
  ) => {
    let time = now - (endsAt + lines.reduce((sum, [, , after]) => sum + after, 0)) * MINUTE;
    for (const [index, [who, content, after]] of lines.entries()) {
      time += after * MINUTE;
      past.at(time);
      await past.chat.send(ids[who], { ...to(who), content, clientId: `demo-${name}-${index}` });
    }
  };

  const span = cohortLines.reduce((sum, [, , after]) => sum + after, 0);
  past.at(now - (COHORT_ENDS + span + 1) * MINUTE);
  const room = await past.rooms.create({ userId: ids.amira, role: "instructor" }, {
    id: COHORT_ID,
    name: COHORT,
    memberIds: [ids.maya, ids.jonas, ids.sage],
  });
  await play("bot", botLines, BOT_ENDS, () => ({ receiverId: ids.maya }));
  await play("cohort", cohortLines, COHORT_ENDS, () => ({ conversationId: room.id }));
  await play(
    "tutor",
    tutorLines,
    TUTOR_ENDS,
    (who) => ({ receiverId: who === "maya" ? ids.amira : ids.maya }),
  );
  await play("direct", directLines, DIRECT_ENDS, (who) => ({
    receiverId: who === "maya" ? ids.jonas : ids.maya,
  }));
  past.at(now);
  for (const id of Object.values(ids)) await past.chat.markRead(id, room.id);
}
