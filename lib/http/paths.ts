/** Which paths answer data and which pages. */

/** True for paths that programs ask: no pages there, failures are JSON. */
export function isApiPath(path: string): boolean {
  return path === "/api" || path.startsWith("/api/") || path === "/metrics";
}
