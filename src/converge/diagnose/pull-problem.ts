import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import type { EngineApi } from '../../engine/api.ts';

/** What no login changes: the registry is not found, or does not answer as one. */
const NO_WAY =
  /no such host|connection refused|network is unreachable|no route to host|i\/o timeout|timeout exceeded|deadline exceeded|x509|tls:|certificate|server gave HTTP response|EOF$/i;

/** The innermost words of Go's chain of errors, which begin with the address that was asked. */
const CHAIN = /^.*?(?:Get|Head) "[^"]*": /s;

/**
 * Why an engine does not get an image, as it says itself when it is asked for the image's digest:
 * of a pull that fails a swarm only keeps that there is no such image. Undefined where the registry
 * answers, or what it says may be for want of a login. Never rejects, and changes nothing.
 */
export async function readPullProblem(
  api: Pick<EngineApi, 'get'>,
  image: string,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    await api.get(`/distribution/${image}/json`, {}, z.unknown(), { signal });
    return undefined;
  } catch (error) {
    const words = error instanceof ActionError ? (error.details ?? error.message) : '';
    const [line = ''] = words.replace(CHAIN, '').trim().split('\n', 1);
    return NO_WAY.test(line) ? line : undefined;
  }
}
