import * as z from 'zod';
import { type AskOptions, ask, type GitHub } from './client.ts';

const pullRequest = z.object({ state: z.enum(['open', 'closed']) });
const withHead = z.object({ head: z.object({ sha: z.string() }) });

/**
 * Whether a pull request is closed (https://docs.github.com/rest/pulls/pulls#get-a-pull-request).
 * Throws `ActionError` where GitHub gives no answer, or the token may not ask.
 */
export async function isClosed(
  github: GitHub,
  number: string,
  options: AskOptions,
): Promise<boolean> {
  return (await get(github, number, pullRequest, options)).state === 'closed';
}

/** The newest commit of a pull request. Throws as `isClosed` does. */
export async function headCommit(
  github: GitHub,
  number: number,
  options: AskOptions,
): Promise<string> {
  return (await get(github, number, withHead, options)).head.sha;
}

async function get<T>(
  github: GitHub,
  number: string | number,
  answer: z.ZodType<T>,
  options: AskOptions,
): Promise<T> {
  const { value } = await ask(
    github,
    { method: 'GET', path: `/pulls/${number}`, answer, permission: 'pull-requests: read' },
    options,
  );
  return value;
}
