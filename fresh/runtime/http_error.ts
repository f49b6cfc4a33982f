/** Reason phrases of the statuses that applications throw; others get a neutral one. */
const REASONS: Record<number, string> = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  412: "Precondition Failed",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  426: "Upgrade Required",
  429: "Too Many Requests",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
};

/** The reason phrase of an HTTP status (RFC 9110, 15). */
export function reasonPhrase(status: number): string {
  return REASONS[status] ?? (status >= 500 ? "Server Error" : "Request Error");
}

/**
 * An error that carries the status of the response. Thrown anywhere in a middleware, handler or
 * component, it reaches the nearest error handler. The message is shown to the client: keep secrets out.
 */
export class HttpError extends Error {
  /** The status of the response, 400 to 599. */
  status: number;

  constructor(
    status: number,
    message: string = reasonPhrase(status),
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = "HttpError";
    this.status = status;
  }
}
