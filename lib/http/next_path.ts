/** Where to go after a sign-in. */

const HOME = "/chat";

/**
 * The path to go on with: one of this site's own pages, else the chats. Never another origin
 * (`//host`, `/\host`, a scheme), the API, or the sign-in pages themselves.
 */
export function nextPath(wanted: string | null | undefined): string {
  if (!wanted || !wanted.startsWith("/") || wanted.length > 2048) return HOME;
  const here = "http://here.invalid";
  let url: URL;
  try {
    url = new URL(wanted, here);
  } catch {
    return HOME;
  }
  if (url.origin !== here || /^\/(api|sign-in|sign-up|demo)(\/|$)/.test(url.pathname)) return HOME;
  // As the browser would read it: without tabs and line breaks that a URL parser drops.
  return url.pathname.startsWith("//") ? HOME : url.pathname + url.search + url.hash;
}
