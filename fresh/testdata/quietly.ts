/** Runs without the log of errors that a test causes on purpose. */
export async function quietly<T>(run: () => Promise<T>): Promise<T> {
  const log = console.error;
  console.error = () => {};
  try {
    return await run();
  } finally {
    console.error = log;
  }
}
