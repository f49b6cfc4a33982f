/** `--bg` of the tokens in sRGB, for the browser's own bars, which can't read a custom property. */
export const themeColours = { light: "#f5f3f0", dark: "#13110e" } as const;
