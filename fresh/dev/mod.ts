/** Development server and production build. */
export { Builder, type BuildOptions } from "./builder.ts";
