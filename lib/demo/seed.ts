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

export type PersonaIds = Record<Persona["key"], string>;

/** What {@link seedDemo} needs. */
export interface SeedOptions {
  accounts: Pick<Accounts, "create">;
  /** Chat at another time: what is sent gets the time that `at` was last called with (ms). */
  past: { at(time: number): void; chat: ChatService; rooms: RoomService };
  now: number;
}

const MINUTE = 60_000;

/** Minutes before now at which each conversation ends, so that the list has an order. */
const COHORT_ENDS = 55;
const DIRECT_ENDS = 6;
const TUTOR_ENDS = 140;
const BOT_ENDS = 2000;

/** Makes everything and tells the people's ids. Not safe to run twice at a time. */
export async function seedDemo({ accounts, past, now }: SeedOptions): Promise<PersonaIds> {
  const ids = {} as PersonaIds;
  for (const { key, name, role } of personas) ids[key] = await accounts.create({ name, role });

  const play = async (
    lines: readonly Line[],
    endsAt: number,
    to: (who: Persona["key"]) => { receiverId: string } | { conversationId: string },
  ) => {
    let time = now - (endsAt + lines.reduce((sum, [, , after]) => sum + after, 0)) * MINUTE;
    for (const [who, content, after] of lines) {
      time += after * MINUTE;
      past.at(time);
      await past.chat.send(ids[who], { ...to(who), content });
    }
  };

  const span = cohortLines.reduce((sum, [, , after]) => sum + after, 0);
  past.at(now - (COHORT_ENDS + span + 1) * MINUTE);
  const room = await past.rooms.create({ userId: ids.amira, role: "instructor" }, {
    name: COHORT,
    memberIds: [ids.maya, ids.jonas, ids.sage],
  });
  await play(botLines, BOT_ENDS, () => ({ receiverId: ids.maya }));
  await play(cohortLines, COHORT_ENDS, () => ({ conversationId: room.id }));
  await play(
    tutorLines,
    TUTOR_ENDS,
    (who) => ({ receiverId: who === "maya" ? ids.amira : ids.maya }),
  );
  await play(directLines, DIRECT_ENDS, (who) => ({
    receiverId: who === "maya" ? ids.jonas : ids.maya,
  }));
  past.at(now);
  await past.chat.markRead(ids.maya, room.id);
  await past.chat.markRead(ids.jonas, room.id);
  await past.chat.markRead(ids.amira, room.id);
  await past.chat.markRead(ids.sage, room.id);
  return ids;
}
