/**
 * Asks, and gives a failure to `note` in place of throwing it, so that a removal goes on. An abort is
 * thrown, and what `note` throws.
 */
export async function heard<T>(
  ask: () => Promise<T>,
  signal: AbortSignal,
  note: (error: unknown) => void,
): Promise<T | undefined> {
  try {
    return await ask();
  } catch (error) {
    signal.throwIfAborted();
    note(error);
    return undefined;
  }
}
