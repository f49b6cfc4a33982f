/**
 * Writes `components/icon_nodes.ts`: the drawings of the few lucide icons that the interface uses.
 * The package exports only its barrel of 1,600 modules, which would cost each start of the server a
 * quarter of a second. Run it after adding a name: `deno run -A tools/ui_icons.ts`.
 */
import * as lucide from "lucide-preact";
import { type Drawing, drawingOf } from "./lucide_drawing.ts";

const target = new URL("../components/icon_nodes.ts", import.meta.url);

/** Our name of each icon → lucide's. */
export const iconNames: Record<string, string> = {
  archive: "Archive",
  arrowDown: "ArrowDown",
  arrowUp: "ArrowUp",
  back: "ArrowLeft",
  bell: "Bell",
  bellOff: "BellOff",
  bellRing: "BellRing",
  book: "BookOpen",
  calendar: "CalendarDays",
  chat: "MessageSquare",
  chats: "MessagesSquare",
  check: "Check",
  checkCheck: "CheckCheck",
  circleCheck: "CircleCheck",
  clock: "Clock",
  cloudOff: "CloudOff",
  compose: "SquarePen",
  copy: "Copy",
  eye: "Eye",
  eyeOff: "EyeOff",
  globe: "Globe",
  grade: "ClipboardCheck",
  info: "Info",
  laptop: "Laptop",
  link: "Link2",
  logOut: "LogOut",
  megaphone: "Megaphone",
  monitor: "Monitor",
  moon: "Moon",
  more: "Ellipsis",
  palette: "Palette",
  phone: "Smartphone",
  plus: "Plus",
  reply: "Reply",
  retry: "RotateCw",
  search: "Search",
  settings: "Settings",
  shield: "ShieldCheck",
  smile: "Smile",
  sun: "Sun",
  trash: "Trash2",
  user: "User",
  userPlus: "UserPlus",
  users: "Users",
  warning: "CircleAlert",
  x: "X",
};

/** The drawings that the interface uses, by our names. */
export function drawings(): Record<string, Drawing> {
  return Object.fromEntries(
    Object.entries(iconNames).map(([name, source]) => [name, drawingOf(lucide, source)]),
  );
}

if (import.meta.main) {
  const lines = Object.entries(drawings()).map(([name, drawing]) =>
    `export const ${name}: IconNode = ${JSON.stringify(drawing)};`
  );
  await Deno.writeTextFile(
    target,
    `/**
 * Drawings of lucide (https://lucide.dev), ISC licence. Written by tools/ui_icons.ts: add icons
 * there, not here.
 */

/** The elements of a drawing on a grid of 24. */
export type IconNode = readonly (readonly [tag: string, attributes: Record<string, string>])[];

${lines.join("\n")}
`,
  );
  await new Deno.Command(Deno.execPath(), { args: ["fmt", "-q", target.pathname] }).output();
}
