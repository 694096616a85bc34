/** Rejects with the signal's reason as soon as it aborts; the work goes on, and its failure is nobody's any more. */
export async function abortable<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return await work();
  signal.throwIfAborted();
  let aborted = (): void => undefined;
  const end = new Promise<never>((_, reject) => {
    aborted = () => reject(signal.reason);
    signal.addEventListener("abort", aborted, { once: true });
  });
  try {
    return await Promise.race([work(), end]);
  } finally {
    signal.removeEventListener("abort", aborted);
  }
}
