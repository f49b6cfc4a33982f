/** The sign of a notification's category. */
import {
  bell,
  book,
  calendar,
  chat,
  grade,
  type IconNode,
  megaphone,
  shield,
  users,
} from "../icon_nodes.ts";

const signs: [RegExp, IconNode][] = [
  [/grade|assignment|submission|feedback|exam|quiz/, grade],
  [/announce|broadcast|news/, megaphone],
  [/course|lesson|module|learn/, book],
  [/event|calendar|meeting|deadline|reminder|schedule/, calendar],
  [/message|chat|comment|mention|reply/, chat],
  [/room|cohort|group|member|invite/, users],
  [/security|account|session|login/, shield],
];

/** By the category's words, then by the type's; a bell for everything else. */
export function notificationIcon(category: string, type: string): IconNode {
  for (const word of [category, type]) {
    const sign = signs.find(([pattern]) => pattern.test(word.toLowerCase()));
    if (sign) return sign[1];
  }
  return bell;
}
