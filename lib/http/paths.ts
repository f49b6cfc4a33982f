/** Which paths answer data and which pages. */

/** True for paths that answer JSON, failures included. */
export function isApiPath(path: string): boolean {
  return path === "/api" || path.startsWith("/api/");
}
