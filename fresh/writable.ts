/**
 * The response with headers that can be changed: those of `Response.redirect()` and of a fetched response cannot.
 * A response of 101 belongs to its socket and is returned as it is.
 */
export function writable(response: Response): Response {
  if (response.status === 101) return response;
  try {
    response.headers.delete("x-fresh-writable");
    return response;
  } catch {
    return new Response(response.body, response);
  }
}
