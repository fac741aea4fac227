import { readFileSync } from 'node:fs';
import * as z from 'zod';

const numbered = z.object({ number: z.number().int().positive() });
/**
 * Pull requests that a run or a check of GitHub's is of, those of other repositories with the same
 * commit among them.
 */
const listed = z.array(numbered.extend({ base: z.object({ repo: z.object({ id: z.number() }) }) }));
const checks = z
  .object({ pull_requests: listed, head_branch: z.string().nullish() })
  .optional()
  .catch(undefined);
const sha = z.string().regex(/^[0-9a-f]{40,64}$/);

/**
 * What is read of the payloads (docs.github.com, "Webhook events and payloads"); a part of another
 * form counts as absent.
 */
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
      pull_requests: listed,
    })
    .optional()
    .catch(undefined),
  check_suite: checks,
  check_run: z.object({ check_suite: checks, pull_requests: listed }).optional().catch(undefined),
  deployment: z
    .object({ ref: z.string(), production_environment: z.boolean().optional() })
    .optional()
    .catch(undefined),
  inputs: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  client_payload: z.record(z.string(), z.unknown()).nullish().catch(undefined),
  repository: z
    .object({ id: z.number().int().positive(), default_branch: z.string().optional() })
    .optional()
    .catch(undefined),
});
type Payload = z.infer<typeof payload>;

interface EventEnvironment {
  readonly GITHUB_EVENT_NAME?: string | undefined;
  readonly GITHUB_REF?: string | undefined;
  readonly GITHUB_REPOSITORY_ID?: string | undefined;
}

/**
 * The number of the pull request that a run is about, the same in each of its events; undefined
 * where it is about none, or where the payload does not say: for a pull request of a fork,
 * `workflow_run` names none.
 */
export function pullRequestOf(event: unknown, environment: EventEnvironment): number | undefined {
  const { data } = payload.safeParse(event);
  return (data && numberIn(data, environment)) ?? numberOfRef(environment.GITHUB_REF);
}

function numberIn(data: Payload, environment: EventEnvironment): number | undefined {
  const { pull_request, issue, workflow_run, check_run, check_suite } = data;
  if (pull_request) return pull_request.number;
  if (issue) return issue.number;
  const onlyOne = (list: z.infer<typeof listed>) => {
    const id = repositoryIdIn(data, environment);
    const own = list.filter(({ base }) => String(base.repo.id) === id);
    return own.length === 1 ? own[0]?.number : undefined;
  };
  if (workflow_run) {
    return workflow_run.event.startsWith('pull_request')
      ? onlyOne(workflow_run.pull_requests)
      : undefined;
  }
  if (isOfDefaultBranch(data)) return undefined;
  if (check_run) return onlyOne(check_run.pull_requests);
  if (check_suite) return onlyOne(check_suite.pull_requests);

  switch (environment.GITHUB_EVENT_NAME) {
    case 'workflow_dispatch':
      return numberInWords(data.inputs ?? {});
    case 'repository_dispatch':
      return numberInWords(data.client_payload ?? {});
    default:
      return undefined;
  }
}

function isOfDefaultBranch({ check_run, check_suite, repository }: Payload): boolean {
  const branch = (check_suite ?? check_run?.check_suite)?.head_branch;
  return branch != null && branch === repository?.default_branch;
}

/**
 * The numeric id of the repository that the run is of; undefined where neither the runner nor the
 * event says.
 */
export function repositoryIdOf(event: unknown, environment: EventEnvironment): string | undefined {
  return repositoryIdIn(payload.safeParse(event).data, environment);
}

function repositoryIdIn(
  data: Payload | undefined,
  { GITHUB_REPOSITORY_ID = '' }: EventEnvironment,
): string | undefined {
  if (/^[1-9]\d*$/.test(GITHUB_REPOSITORY_ID)) return GITHUB_REPOSITORY_ID;
  return data?.repository && String(data.repository.id);
}

/** Of a run that has ended: what started it cannot have been a pull request. */
const OF_A_BRANCH = ['push', 'schedule', 'release', 'create', 'delete', 'page_build', 'watch'];

/**
 * Whether a run may be about a pull request although `pullRequestOf` finds none: the event is one
 * of theirs, or of what is made of them, and does not name it. What such a run deploys may be
 * anybody's.
 */
export function isPullRequestUnnamed(event: unknown, environment: EventEnvironment): boolean {
  if (pullRequestOf(event, environment) !== undefined) return false;
  const raw = z.looseObject({}).safeParse(event).data ?? {};
  const data = payload.safeParse(event).data;
  const name = environment.GITHUB_EVENT_NAME ?? '';
  switch (name) {
    case 'workflow_run':
      return !OF_A_BRANCH.includes(data?.workflow_run?.event ?? '');
    case 'check_run':
    case 'check_suite':
      return !(data && isOfDefaultBranch(data));
    case 'deployment':
    case 'deployment_status':
      return !(data && isOfProduction(data));
    case 'status':
      return !branchesOf(raw).includes(data?.repository?.default_branch ?? '');
    case 'issue_comment':
      return !isPlainIssue(raw);
    case 'workflow_dispatch':
      return asksForNumber(data?.inputs);
    case 'repository_dispatch':
      return asksForNumber(data?.client_payload);
    default:
      return name === 'merge_group' || name.startsWith('pull_request');
  }
}

function isOfProduction({ deployment, repository }: Payload): boolean {
  if (!deployment) return false;
  return (
    deployment.production_environment === true || deployment.ref === repository?.default_branch
  );
}

function branchesOf({ branches }: Readonly<Record<string, unknown>>): readonly string[] {
  const found = z.array(z.object({ name: z.string().min(1) })).safeParse(branches);
  return found.success ? found.data.map(({ name }) => name) : [];
}

/** An issue that is no pull request. */
function isPlainIssue({ issue }: Readonly<Record<string, unknown>>): boolean {
  const found = numbered.loose().safeParse(issue);
  return found.success && !('pull_request' in found.data);
}

/** Whether there is a field for the number, which says nothing that is one. */
function asksForNumber(fields: Readonly<Record<string, unknown>> | null | undefined): boolean {
  return Object.keys(fields ?? {}).some((name) => isFieldName(fieldName(name)));
}

const fieldName = (name: string) => name.toLowerCase().replace(/[-_ ]/g, '');
const isFieldName = (name: string) => NAMES.includes(name) || name === 'number';

/** Of what a sender gives to a dispatch, in any spelling. */
const NAMES = ['pr', 'pullrequest', 'pull'].flatMap((name) =>
  ['', 'number', 'num', 'no', 'id', 'url', 'ref'].map((end) => name + end),
);

/** GitHub takes payloads of ten keys at the top, and what lies in them as deep as one likes. */
const DEEPEST = 6;

/**
 * The number that a sender gives, `12` or `#12`, the address of the pull request or a ref of it; in
 * a part of the payload too, as `pull_request: { number: 12 }`. What stands at the top goes before
 * what lies deeper.
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

const triggered = z.object({
  workflow_run: z.object({
    workflow_id: z.int(),
    run_number: z.int(),
    run_attempt: z.int().optional().catch(undefined),
    head_branch: z.string().nullish().catch(undefined),
    head_repository: z.object({ id: z.int() }).nullish().catch(undefined),
  }),
});

/** A run of another workflow that has started this one by its end. */
export interface Trigger {
  readonly workflow: number;
  readonly number: number;
  readonly attempt: number | undefined;
  /** Of which repository and name, since it may be a fork's. */
  readonly branch: string;
}

/** The run whose end is the event; undefined for every other event. */
export function triggerOf(event: unknown): Trigger | undefined {
  const run = triggered.safeParse(event).data?.workflow_run;
  if (!run) return undefined;
  const { workflow_id, run_number, run_attempt, head_branch, head_repository } = run;
  return {
    workflow: workflow_id,
    number: run_number,
    attempt: run_attempt,
    branch: `${head_repository?.id ?? ''}:${head_branch ?? ''}`,
  };
}

const headed = z.object({
  pull_request: z
    .object({ head: z.object({ sha }) })
    .optional()
    .catch(undefined),
  workflow_run: z.object({ head_sha: sha }).optional().catch(undefined),
});

/**
 * The commit that a run of a pull request is about: its newest one, not the merge commit that
 * `GITHUB_SHA` is. Undefined where the payload does not say.
 */
export function headCommitOf(event: unknown): string | undefined {
  const { data } = headed.safeParse(event);
  return data?.pull_request?.head.sha ?? data?.workflow_run?.head_sha;
}

/**
 * The payload of the event that started the run; undefined where there is none, as outside of
 * GitHub.
 */
export function readEvent(path: string | undefined): unknown {
  if (!path) return undefined;
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

const forked = z.object({
  pull_request: z.object({
    head: z.object({ repo: z.object({ id: z.number() }).nullable() }),
    base: z.object({ repo: z.object({ id: z.number() }) }),
  }),
});

/**
 * Whether the event is about a pull request whose commits are in another repository, or in one that
 * is gone.
 */
export function isOfFork(event: unknown): boolean {
  const { data } = forked.safeParse(event);
  if (!data) return false;
  const { head, base } = data.pull_request;
  return head.repo?.id !== base.repo.id;
}
