/** Stands for a test beside a route. It exports nothing, so taking it for a route would be an error. */
export {};
