/** What components may use on the server and in the browser. */
export { asset, assetSrcSet } from "./asset.ts";
export { Head } from "./head.ts";
export { HttpError } from "./http_error.ts";
export { Partial, type PartialProps } from "./partial.ts";

/** Whether the code runs in a browser. */
export const IS_BROWSER: boolean = typeof document !== "undefined";
