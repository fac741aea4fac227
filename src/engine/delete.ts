import { type EngineApi, EngineRefusal, NoAnswer } from './api.ts';

/**
 * DELETE of a path; false where nothing was there any more. Rejects as `EngineApi.delete` does for
 * everything else.
 */
export async function deleteIfThere(
  api: Pick<EngineApi, 'delete'>,
  path: string,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    await api.delete(path, { signal });
    return true;
  } catch (error) {
    if (error instanceof EngineRefusal && error.httpStatus === 404) return false;
    throw error;
  }
}

/**
 * The same for what is looked at again: what the engine said where it refused, or that its answer
 * was lost; undefined where it went, or had gone already. Rejects as `EngineApi.delete` does for
 * everything else.
 */
export async function tryToDelete(
  api: Pick<EngineApi, 'delete'>,
  path: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await deleteIfThere(api, path, signal);
    return undefined;
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof EngineRefusal || error instanceof NoAnswer)) throw error;
    return error.details ?? error.message;
  }
}
