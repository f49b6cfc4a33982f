/** `--bg` of the tokens in sRGB, for the browser's own bars, which can't read a custom property. */
export const themeColours = { light: "#000000", dark: "#000000" } as const;
