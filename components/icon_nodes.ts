/**
 * Drawings of lucide (https://lucide.dev), ISC licence. Written by tools/ui_icons.ts: add icons
 * there, not here.
 */

/** The elements of a drawing on a grid of 24. */
export type IconNode = readonly (readonly [tag: string, attributes: Record<string, string>])[];

export const archive: IconNode = [
  ["rect", { "width": "20", "height": "5", "x": "2", "y": "3", "rx": "1" }],
  ["path", { "d": "M4 8v11a2 2 0 0 0 2 2h12a2 2 0 0 0 2-2V8" }],
  ["path", { "d": "M10 12h4" }],
];
export const arrowDown: IconNode = [["path", { "d": "M12 5v14" }], ["path", {
  "d": "m19 12-7 7-7-7",
}]];
export const arrowUp: IconNode = [["path", { "d": "m5 12 7-7 7 7" }], ["path", {
  "d": "M12 19V5",
}]];
export const back: IconNode = [["path", { "d": "m12 19-7-7 7-7" }], ["path", { "d": "M19 12H5" }]];
export const bell: IconNode = [["path", { "d": "M10.268 21a2 2 0 0 0 3.464 0" }], ["path", {
  "d":
    "M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326",
}]];
export const bellOff: IconNode = [
  ["path", { "d": "M10.268 21a2 2 0 0 0 3.464 0" }],
  ["path", { "d": "M17 17H4a1 1 0 0 1-.74-1.673C4.59 13.956 6 12.499 6 8a6 6 0 0 1 .258-1.742" }],
  ["path", { "d": "m2 2 20 20" }],
  ["path", { "d": "M8.668 3.01A6 6 0 0 1 18 8c0 2.687.77 4.653 1.707 6.05" }],
];
export const bellRing: IconNode = [["path", { "d": "M10.268 21a2 2 0 0 0 3.464 0" }], ["path", {
  "d": "M22 8c0-2.3-.8-4.3-2-6",
}], ["path", {
  "d":
    "M3.262 15.326A1 1 0 0 0 4 17h16a1 1 0 0 0 .74-1.673C19.41 13.956 18 12.499 18 8A6 6 0 0 0 6 8c0 4.499-1.411 5.956-2.738 7.326",
}], ["path", { "d": "M4 2C2.8 3.7 2 5.7 2 8" }]];
export const book: IconNode = [["path", { "d": "M12 5v16" }], ["path", {
  "d":
    "M20.001 19A2 2 0 0022 17V5a2 2 0 00-1.999-2L16 3.002A5 5 0 0012 5a5 5 0 00-4-2H4a2 2 0 00-2 2v12a2 2 0 001.999 2H8a5 5 0 014 2 5 5 0 014-2z",
}]];
export const calendar: IconNode = [
  ["path", { "d": "M8 2v3" }],
  ["path", { "d": "M16 2v3" }],
  ["rect", { "x": "3", "y": "3", "width": "18", "height": "18", "rx": "2" }],
  ["path", { "d": "M3 9h18" }],
  ["path", { "d": "M8 13h.01" }],
  ["path", { "d": "M12 13h.01" }],
  ["path", { "d": "M16 13h.01" }],
  ["path", { "d": "M8 17h.01" }],
  ["path", { "d": "M12 17h.01" }],
  ["path", { "d": "M16 17h.01" }],
];
export const chat: IconNode = [["path", {
  "d":
    "M22 17a2 2 0 0 1-2 2H6.828a2 2 0 0 0-1.414.586l-2.202 2.202A.71.71 0 0 1 2 21.286V5a2 2 0 0 1 2-2h16a2 2 0 0 1 2 2z",
}]];
export const chats: IconNode = [["path", {
  "d":
    "M16 10a2 2 0 0 1-2 2H6.828a2 2 0 0 0-1.414.586l-2.202 2.202A.71.71 0 0 1 2 14.286V4a2 2 0 0 1 2-2h10a2 2 0 0 1 2 2z",
}], ["path", {
  "d":
    "M20 9a2 2 0 0 1 2 2v10.286a.71.71 0 0 1-1.212.502l-2.202-2.202A2 2 0 0 0 17.172 19H10a2 2 0 0 1-2-2v-1",
}]];
export const check: IconNode = [["path", { "d": "M20 6 9 17l-5-5" }]];
export const checkCheck: IconNode = [["path", { "d": "M18 6 7 17l-5-5" }], ["path", {
  "d": "m22 10-7.5 7.5L13 16",
}]];
export const circleCheck: IconNode = [["circle", { "cx": "12", "cy": "12", "r": "10" }], ["path", {
  "d": "m16 9-5.5 5.5L8 12",
}]];
export const clock: IconNode = [["circle", { "cx": "12", "cy": "12", "r": "10" }], ["path", {
  "d": "M12 6v6l4 2",
}]];
export const cloudOff: IconNode = [
  ["path", { "d": "M10.94 5.274A7 7 0 0 1 15.71 10h1.79a4.5 4.5 0 0 1 4.222 6.057" }],
  ["path", { "d": "M18.796 18.81A4.5 4.5 0 0 1 17.5 19H9A7 7 0 0 1 5.79 5.78" }],
  ["path", { "d": "m2 2 20 20" }],
];
export const compose: IconNode = [["path", {
  "d": "M12 3H5a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h14a2 2 0 0 0 2-2v-7",
}], ["path", {
  "d":
    "M18.375 2.625a1 1 0 0 1 3 3l-9.013 9.014a2 2 0 0 1-.853.505l-2.873.84a.5.5 0 0 1-.62-.62l.84-2.873a2 2 0 0 1 .506-.852z",
}]];
export const copy: IconNode = [["rect", {
  "width": "14",
  "height": "14",
  "x": "8",
  "y": "8",
  "rx": "2",
  "ry": "2",
}], ["path", { "d": "M4 16c-1.1 0-2-.9-2-2V4c0-1.1.9-2 2-2h10c1.1 0 2 .9 2 2" }]];
export const eye: IconNode = [["path", {
  "d":
    "M2.062 12.348a1 1 0 0 1 0-.696 10.75 10.75 0 0 1 19.876 0 1 1 0 0 1 0 .696 10.75 10.75 0 0 1-19.876 0",
}], ["circle", { "cx": "12", "cy": "12", "r": "3" }]];
export const eyeOff: IconNode = [
  ["path", {
    "d":
      "M10.733 5.076a10.744 10.744 0 0 1 11.205 6.575 1 1 0 0 1 0 .696 10.747 10.747 0 0 1-1.444 2.49",
  }],
  ["path", { "d": "M14.084 14.158a3 3 0 0 1-4.242-4.242" }],
  ["path", {
    "d":
      "M17.479 17.499a10.75 10.75 0 0 1-15.417-5.151 1 1 0 0 1 0-.696 10.75 10.75 0 0 1 4.446-5.143",
  }],
  ["path", { "d": "m2 2 20 20" }],
];
export const globe: IconNode = [["circle", { "cx": "12", "cy": "12", "r": "10" }], ["path", {
  "d": "M12 2a14.5 14.5 0 0 0 0 20 14.5 14.5 0 0 0 0-20",
}], ["path", { "d": "M2 12h20" }]];
export const grade: IconNode = [
  ["rect", { "width": "8", "height": "4", "x": "8", "y": "2", "rx": "1", "ry": "1" }],
  ["path", { "d": "M16 4h2a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2h2" }],
  ["path", { "d": "m9 14 2 2 4-4" }],
];
export const info: IconNode = [["circle", { "cx": "12", "cy": "12", "r": "10" }], ["path", {
  "d": "M12 16v-4",
}], ["path", { "d": "M12 8h.01" }]];
export const laptop: IconNode = [["path", {
  "d":
    "M18 5a2 2 0 0 1 2 2v8.526a2 2 0 0 0 .212.897l1.068 2.127a1 1 0 0 1-.9 1.45H3.62a1 1 0 0 1-.9-1.45l1.068-2.127A2 2 0 0 0 4 15.526V7a2 2 0 0 1 2-2z",
}], ["path", { "d": "M20.054 15.987H3.946" }]];
export const link: IconNode = [["path", { "d": "M9 17H7A5 5 0 0 1 7 7h2" }], ["path", {
  "d": "M15 7h2a5 5 0 1 1 0 10h-2",
}], ["line", { "x1": "8", "x2": "16", "y1": "12", "y2": "12" }]];
export const logOut: IconNode = [
  ["path", { "d": "m16 17 5-5-5-5" }],
  ["path", { "d": "M21 12H9" }],
  ["path", { "d": "M9 21H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2h4" }],
];
export const megaphone: IconNode = [
  ["path", {
    "d":
      "M11 6a13 13 0 0 0 8.4-2.8A1 1 0 0 1 21 4v12a1 1 0 0 1-1.6.8A13 13 0 0 0 11 14H5a2 2 0 0 1-2-2V8a2 2 0 0 1 2-2z",
  }],
  ["path", { "d": "M6 14a12 12 0 0 0 2.4 7.2 2 2 0 0 0 3.2-2.4A8 8 0 0 1 10 14" }],
  ["path", { "d": "M8 6v8" }],
];
export const monitor: IconNode = [
  ["rect", { "width": "20", "height": "14", "x": "2", "y": "3", "rx": "2" }],
  ["line", { "x1": "8", "x2": "16", "y1": "21", "y2": "21" }],
  ["line", { "x1": "12", "x2": "12", "y1": "17", "y2": "21" }],
];
export const moon: IconNode = [["path", {
  "d":
    "M20.985 12.486a9 9 0 1 1-9.473-9.472c.405-.022.617.46.402.803a6 6 0 0 0 8.268 8.268c.344-.215.825-.004.803.401",
}]];
export const more: IconNode = [["circle", { "cx": "12", "cy": "12", "r": "1" }], ["circle", {
  "cx": "19",
  "cy": "12",
  "r": "1",
}], ["circle", { "cx": "5", "cy": "12", "r": "1" }]];
export const palette: IconNode = [
  ["path", {
    "d":
      "M12 22a1 1 0 0 1 0-20 10 9 0 0 1 10 9 5 5 0 0 1-5 5h-2.25a1.75 1.75 0 0 0-1.4 2.8l.3.4a1.75 1.75 0 0 1-1.4 2.8z",
  }],
  ["circle", { "cx": "13.5", "cy": "6.5", "r": ".5", "fill": "currentColor" }],
  ["circle", { "cx": "17.5", "cy": "10.5", "r": ".5", "fill": "currentColor" }],
  ["circle", { "cx": "6.5", "cy": "12.5", "r": ".5", "fill": "currentColor" }],
  ["circle", { "cx": "8.5", "cy": "7.5", "r": ".5", "fill": "currentColor" }],
];
export const phone: IconNode = [["rect", {
  "width": "14",
  "height": "20",
  "x": "5",
  "y": "2",
  "rx": "2",
  "ry": "2",
}], ["path", { "d": "M12 18h.01" }]];
export const plus: IconNode = [["path", { "d": "M5 12h14" }], ["path", { "d": "M12 5v14" }]];
export const reply: IconNode = [["path", { "d": "M20 18v-2a4 4 0 0 0-4-4H4" }], ["path", {
  "d": "m9 17-5-5 5-5",
}]];
export const retry: IconNode = [["path", {
  "d": "M21 12a9 9 0 1 1-9-9c2.52 0 4.93 1 6.74 2.74L21 8",
}], ["path", { "d": "M21 3v5h-5" }]];
export const search: IconNode = [["path", { "d": "m21 21-4.34-4.34" }], ["circle", {
  "cx": "11",
  "cy": "11",
  "r": "8",
}]];
export const settings: IconNode = [["path", {
  "d":
    "M9.671 4.136a2.34 2.34 0 0 1 4.659 0 2.34 2.34 0 0 0 3.319 1.915 2.34 2.34 0 0 1 2.33 4.033 2.34 2.34 0 0 0 0 3.831 2.34 2.34 0 0 1-2.33 4.033 2.34 2.34 0 0 0-3.319 1.915 2.34 2.34 0 0 1-4.659 0 2.34 2.34 0 0 0-3.32-1.915 2.34 2.34 0 0 1-2.33-4.033 2.34 2.34 0 0 0 0-3.831A2.34 2.34 0 0 1 6.35 6.051a2.34 2.34 0 0 0 3.319-1.915",
}], ["circle", { "cx": "12", "cy": "12", "r": "3" }]];
export const shield: IconNode = [["path", {
  "d":
    "M20 13c0 5-3.5 7.5-7.66 8.95a1 1 0 0 1-.67-.01C7.5 20.5 4 18 4 13V6a1 1 0 0 1 1-1c2 0 4.5-1.2 6.24-2.72a1.17 1.17 0 0 1 1.52 0C14.51 3.81 17 5 19 5a1 1 0 0 1 1 1z",
}], ["path", { "d": "m9 12 2 2 4-4" }]];
export const smile: IconNode = [
  ["path", { "d": "M15 10V9" }],
  ["path", { "d": "M16.472 15a6 6 0 01-8.943 0" }],
  ["path", { "d": "M9 10V9" }],
  ["circle", { "cx": "12", "cy": "12", "r": "10" }],
];
export const sun: IconNode = [
  ["circle", { "cx": "12", "cy": "12", "r": "4" }],
  ["path", { "d": "M12 2v2" }],
  ["path", { "d": "M12 20v2" }],
  ["path", { "d": "m4.93 4.93 1.41 1.41" }],
  ["path", { "d": "m17.66 17.66 1.41 1.41" }],
  ["path", { "d": "M2 12h2" }],
  ["path", { "d": "M20 12h2" }],
  ["path", { "d": "m6.34 17.66-1.41 1.41" }],
  ["path", { "d": "m19.07 4.93-1.41 1.41" }],
];
export const trash: IconNode = [
  ["path", { "d": "M10 11v6" }],
  ["path", { "d": "M14 11v6" }],
  ["path", { "d": "M19 6v14a2 2 0 0 1-2 2H7a2 2 0 0 1-2-2V6" }],
  ["path", { "d": "M3 6h18" }],
  ["path", { "d": "M8 6V4a2 2 0 0 1 2-2h4a2 2 0 0 1 2 2v2" }],
];
export const user: IconNode = [["path", { "d": "M19 21v-2a4 4 0 0 0-4-4H9a4 4 0 0 0-4 4v2" }], [
  "circle",
  { "cx": "12", "cy": "7", "r": "4" },
]];
export const userPlus: IconNode = [
  ["path", { "d": "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2" }],
  ["circle", { "cx": "9", "cy": "7", "r": "4" }],
  ["line", { "x1": "19", "x2": "19", "y1": "8", "y2": "14" }],
  ["line", { "x1": "22", "x2": "16", "y1": "11", "y2": "11" }],
];
export const users: IconNode = [
  ["path", { "d": "M16 21v-2a4 4 0 0 0-4-4H6a4 4 0 0 0-4 4v2" }],
  ["path", { "d": "M16 3.128a4 4 0 0 1 0 7.744" }],
  ["path", { "d": "M22 21v-2a4 4 0 0 0-3-3.87" }],
  ["circle", { "cx": "9", "cy": "7", "r": "4" }],
];
export const warning: IconNode = [["circle", { "cx": "12", "cy": "12", "r": "10" }], ["line", {
  "x1": "12",
  "x2": "12",
  "y1": "8",
  "y2": "12",
}], ["line", { "x1": "12", "x2": "12.01", "y1": "16", "y2": "16" }]];
export const x: IconNode = [["path", { "d": "M18 6 6 18" }], ["path", { "d": "m6 6 12 12" }]];
