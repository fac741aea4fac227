import * as z from 'zod';
import { systemClock } from '../base/clock.ts';
import { type AskOptions, ask, type GitHub, RefusedError } from './client.ts';
import { isOf, marker, type Subject } from './subject.ts';

const PER_PAGE = 100;
/** GitHub has at most 2500 comments on a pull request. */
const PAGES = 25;
const SECOND_LOOK_MS = 1_000;
const PERMISSION = 'pull-requests: write';

const comment = z.object({
  id: z.number(),
  body: z.string().nullish(),
  user: z.object({ type: z.string().optional() }).nullish(),
});
type Comment = z.infer<typeof comment>;

/** The text of the comment, given what it says now; undefined where it shall stay as it is. */
export type Write = (before: string | undefined) => string | undefined;

export interface CommentOptions extends AskOptions {
  /** Whether there is to be one where there is none yet. */
  readonly create: boolean;
}

/**
 * Writes the comment that a subject has on a pull request; of a subject without a stack, those of
 * all its stacks. Which it is says the marker at its beginning
 * (https://docs.github.com/rest/issues/comments). Throws as `ask` does.
 */
export async function writeComment(
  github: GitHub,
  pullRequest: number,
  subject: Subject,
  write: Write,
  options: CommentOptions,
): Promise<void> {
  if (await update(github, pullRequest, subject, write, options)) return;
  const body = options.create ? write(undefined) : undefined;
  if (body === undefined) return;
  const create = () =>
    ask(
      github,
      {
        method: 'POST',
        path: `/issues/${pullRequest}/comments`,
        body: { body },
        answer: comment,
        permission: PERMISSION,
        isRepeatable: false,
      },
      options,
    );
  try {
    await create();
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof RefusedError) throw error;
    // GitHub may have made it all the same.
    await (options.clock ?? systemClock).sleep(SECOND_LOOK_MS, options.signal);
    if (await update(github, pullRequest, subject, write, options)) return;
    await create();
  }
}

/** Gives whether there was anything to update. */
async function update(
  github: GitHub,
  pullRequest: number,
  subject: Subject,
  write: Write,
  options: CommentOptions,
): Promise<boolean> {
  const found = await find(github, pullRequest, subject, options);
  for (const { id, body } of found) {
    const text = write(body ?? '');
    if (text === undefined || text === body) continue;
    await ask(
      github,
      {
        method: 'PATCH',
        path: `/issues/comments/${id}`,
        body: { body: text },
        answer: comment,
        permission: PERMISSION,
      },
      options,
    );
  }
  return found.length > 0;
}

/**
 * The one to write to, or all of them where none is to be made; those of robots first, since a
 * person may have copied the marker.
 */
async function find(
  github: GitHub,
  pullRequest: number,
  subject: Subject,
  options: CommentOptions,
): Promise<readonly Comment[]> {
  const found: Comment[] = [];
  for (let page = 1; page <= PAGES; page += 1) {
    const { value, isLast } = await ask(
      github,
      {
        method: 'GET',
        path: `/issues/${pullRequest}/comments?per_page=${PER_PAGE}&page=${page}`,
        answer: z.array(comment),
        permission: PERMISSION,
      },
      options,
    );
    found.push(...value.filter(({ body }) => isOf(subject, body ?? '')));
    if (isLast) break;
  }
  const rank = ({ user, body }: Comment) =>
    (user?.type === 'Bot' ? 2 : 0) + (body?.startsWith(marker(subject)) ? 1 : 0);
  const sorted = found.toSorted((a, b) => rank(b) - rank(a));
  return options.create || subject.stack !== undefined ? sorted.slice(0, 1) : sorted;
}
