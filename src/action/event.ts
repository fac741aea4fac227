import { readFileSync } from 'node:fs';
import * as z from 'zod';

const numbered = z.object({ number: z.number().int().positive() });
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/** What is read of the payloads (docs.github.com, "Webhook events and payloads"); a part of another form counts as absent. */
const payload = z.object({
  pull_request: numbered.optional().catch(undefined),
  // Every pull request is an issue, and only those that are one have this key.
  issue: numbered
    .extend({ pull_request: z.looseObject({}) })
    .optional()
    .catch(undefined),
  workflow_run: z
    .object({
      event: z.string(),
      pull_requests: z.array(
        numbered.extend({ base: z.object({ repo: z.object({ id: z.number() }) }) }),
      ),
    })
    .optional()
    .catch(undefined),
  inputs: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  client_payload: z.record(z.string(), z.unknown()).nullish().catch(undefined),
});

interface EventEnvironment {
  readonly GITHUB_EVENT_NAME?: string | undefined;
  readonly GITHUB_REF?: string | undefined;
  readonly GITHUB_REPOSITORY_ID?: string | undefined;
}

/**
 * The number of the pull request that a run is about, the same in each of its events; undefined where it is about none, or where the
 * payload does not say: for a pull request of a fork, `workflow_run` names none.
 */
export function pullRequestOf(event: unknown, environment: EventEnvironment): number | undefined {
  const { data } = payload.safeParse(event);
  return (data && numberIn(data, environment)) ?? numberOfRef(environment.GITHUB_REF);
}

function numberIn(
  { pull_request, issue, workflow_run, inputs, client_payload }: z.infer<typeof payload>,
  { GITHUB_EVENT_NAME, GITHUB_REPOSITORY_ID }: EventEnvironment,
): number | undefined {
  if (pull_request) return pull_request.number;
  if (issue) return issue.number;
  if (workflow_run) {
    if (!workflow_run.event.startsWith('pull_request')) return undefined;
    const own = workflow_run.pull_requests.filter(
      ({ base }) => String(base.repo.id) === GITHUB_REPOSITORY_ID,
    );
    return own.length === 1 ? own[0]?.number : undefined;
  }
  switch (GITHUB_EVENT_NAME) {
    case 'workflow_dispatch':
      return numberInWords(inputs ?? {});
    case 'repository_dispatch':
      return numberInWords(client_payload ?? {});
    default:
      return undefined;
  }
}

/** Of what a sender gives to a dispatch, in any spelling. */
const NAMES = ['pr', 'pullrequest', 'pull'].flatMap((name) =>
  ['', 'number', 'num', 'no', 'id', 'url', 'ref'].map((end) => name + end),
);

/** GitHub takes payloads of ten keys at the top, and what lies in them as deep as one likes. */
const DEEPEST = 6;

/**
 * The number that a sender gives, `12` or `#12`, the address of the pull request or a ref of it; in a part of the payload too, as
 * `pull_request: { number: 12 }`. What stands at the top goes before what lies deeper.
 */
function numberInWords(given: object, depth = 1): number | undefined {
  const entries = Object.entries(given).map(([name, value]) => ({
    name: name.toLowerCase().replace(/[-_ ]/g, ''),
    value: value as unknown,
  }));
  for (const { name, value } of entries) {
    const isOfPullRequest = NAMES.includes(name) || (depth === 1 && name === 'number');
    const number = numberOfWord(value, isOfPullRequest);
    if (number !== undefined) return number;
  }
  if (depth === DEEPEST) return undefined;
  for (const { name, value } of entries) {
    if (typeof value !== 'object' || value === null) continue;
    const number = numberInPart(name, value) ?? numberInWords(value, depth + 1);
    if (number !== undefined) return number;
  }
  return undefined;
}

function numberOfWord(value: unknown, isOfPullRequest: boolean): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const word = String(value).trim();
  const [, number] =
    (isOfPullRequest &&
      (/^#?([1-9]\d*)$/.exec(word) ?? /\bpull\/([1-9]\d*)(?![\w-])/.exec(word))) ||
    /^refs\/pull\/([1-9]\d*)(?:\/|$)/.exec(word) ||
    [];
  return number === undefined ? undefined : Number(number);
}

/** `issue` is one of the parts that a bot hands on: a pull request, where it has that key. */
function numberInPart(name: string, part: object): number | undefined {
  const { data } = numbered.extend({ pull_request: z.unknown() }).partial().safeParse(part);
  const isPullRequest = NAMES.includes(name) || (name === 'issue' && data?.pull_request != null);
  return isPullRequest ? data?.number : undefined;
}

function numberOfRef(ref: string | undefined): number | undefined {
  const number = /^refs\/pull\/(\d+)\//.exec(ref ?? '')?.[1];
  return number === undefined ? undefined : Number(number);
}

const headed = z.object({
  pull_request: z
    .object({ head: z.object({ sha }) })
    .optional()
    .catch(undefined),
  workflow_run: z.object({ head_sha: sha }).optional().catch(undefined),
});

/**
 * The commit that a run of a pull request is about: its newest one, not the merge commit that `GITHUB_SHA` is. Undefined where the payload
 * does not say.
 */
export function headCommitOf(event: unknown): string | undefined {
  const { data } = headed.safeParse(event);
  return data?.pull_request?.head.sha ?? data?.workflow_run?.head_sha;
}

/** The payload of the event that started the run; undefined where there is none, as outside of GitHub. */
export function readEvent(path: string | undefined): unknown {
  if (!path) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
