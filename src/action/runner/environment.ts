import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { getInput, getState } from '@actions/core';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import { expiryAfter } from '../../base/expiry.ts';
import type { GitHub } from '../../github/client.ts';
import { goesWith, isNameOfRun } from '../../inputs/cluster-name.ts';
import type { Owner } from '../../machines/ownership.ts';
import type { Turn } from '../../stack/turn.ts';
import {
  headCommitOf,
  isOfFork,
  isPullRequestUnnamed,
  pullRequestOf,
  readEvent,
  repositoryIdOf,
  type Trigger,
  triggerOf,
} from './event.ts';

const environment = z.object({
  ACT: z.string().optional(),
  FORGEJO_ACTIONS: z.string().optional(),
  GITEA_ACTIONS: z.string().optional(),
  GITHUB_API_URL: z.string().optional(),
  GITHUB_REPOSITORY: z.string().optional(),
  GITHUB_REPOSITORY_ID: z.string().optional(),
  GITHUB_SERVER_URL: z.string().optional(),
  GITHUB_RUN_ID: z.string().optional(),
  GITHUB_RUN_ATTEMPT: z.string().optional(),
  GITHUB_RUN_NUMBER: z.string().optional(),
  GITHUB_WORKFLOW: z.string().optional(),
  GITHUB_WORKFLOW_REF: z.string().optional(),
  GITHUB_JOB: z.string().optional(),
  GITHUB_ACTION: z.string().optional(),
  GITHUB_ACTOR: z.string().optional(),
  GITHUB_EVENT_NAME: z.string().optional(),
  GITHUB_EVENT_PATH: z.string().optional(),
  GITHUB_REF: z.string().optional(),
  GITHUB_SHA: z.string().optional(),
  GITHUB_WORKSPACE: z.string().optional(),
  RUNNER_ENVIRONMENT: z.string().optional(),
  RUNNER_TEMP: z.string().optional(),
});

/**
 * What is read of the variables that every step gets (docs.github.com, "Variables reference"), and
 * of the event.
 */
export interface Environment extends z.infer<typeof environment> {
  /** Every variable of the step. */
  readonly variables?: Readonly<Record<string, string | undefined>> | undefined;
  /** The pull request that the run is about. */
  readonly pullRequest: number | undefined;
  /** Whether it may be about one that the event does not name. */
  readonly isPullRequestUnnamed?: boolean | undefined;
  /**
   * Who owns what the run makes: GitHub's numeric id of the repository, else its address at its
   * server. Undefined where neither the runner nor the event says, which is equal to nobody.
   */
  readonly repository?: string | undefined;
  /**
   * The commit that the run is about; undefined for a pull request where the event does not say.
   */
  readonly commit: string | undefined;
  /** Whether it is about a pull request of a fork, in an event whose token may only read. */
  readonly isFork?: boolean | undefined;
  /** The run of another workflow that has started this one. */
  readonly trigger?: Trigger | undefined;
}

export function readEnvironment(): Environment {
  const env = environment.parse(process.env);
  const event = readEvent(env.GITHUB_EVENT_PATH);
  const pullRequest = pullRequestOf(event, env);
  return {
    ...env,
    variables: process.env,
    pullRequest,
    isPullRequestUnnamed: isPullRequestUnnamed(event, env),
    repository: repositoryIdOf(event, env) ?? addressOf(env),
    commit: headCommitOf(event) ?? (pullRequest === undefined ? env.GITHUB_SHA : undefined),
    isFork: env.GITHUB_EVENT_NAME === 'pull_request' && isOfFork(event),
    trigger: triggerOf(event),
  };
}

/** An input as it was given, its end trimmed by nobody. */
export function readInput(name: string): string {
  return getInput(name, { trimWhitespace: false });
}

/** The address of the repository, which is its own only together with the server. */
function addressOf({
  GITHUB_SERVER_URL: server,
  GITHUB_REPOSITORY: name,
}: z.infer<typeof environment>): string | undefined {
  return server && name ? `${server.replace(/\/+$/, '')}/${name}` : undefined;
}

/**
 * The step that runs, as the owner of what it creates, for `ttlMs` from now on. Throws
 * `ActionError` where nothing says of which repository it is; `repository` is taken for it then,
 * where it is given.
 */
export function ownerOfRun(
  cluster: string,
  env: Environment,
  ttlMs?: number,
  repository?: string,
): Owner {
  const { pullRequest } = env;
  return {
    cluster,
    repository: env.repository ?? repository ?? repositoryOf(env),
    run: runOf(env),
    isOfRun: isNameOfRun(cluster, env) ? true : undefined,
    expires: ttlMs === undefined ? undefined : expiryAfter(ttlMs, new Date()),
    pullRequest:
      pullRequest !== undefined && goesWith(cluster, pullRequest) ? String(pullRequest) : undefined,
  };
}

/** The step that runs: run, job and step id. */
export function runOf(env: Environment): string {
  const run = hasOwnRunId(env) ? env.GITHUB_RUN_ID : strayRun();
  return [run, env.GITHUB_JOB, env.GITHUB_ACTION].filter(Boolean).join('/');
}

/** What main leaves for post where the runner does not number its runs. */
export const RUN_KEY = 'swarm-up-run';

/**
 * Whether the run has a number that no other run has: act gives each of them 1 (nektos/act,
 * run_context.go), and whoever runs the action by hand may give none.
 */
export function hasOwnRunId({ GITHUB_RUN_ID: run, ACT: act }: Environment): boolean {
  return Boolean(run) && act !== 'true';
}

const CHANCE = `local-${randomBytes(4).toString('hex')}`;

/** Stands for the number of a run that has none, the same in main and post; equal to no other. */
export function strayRun(): string {
  return getState(RUN_KEY) || CHANCE;
}

/**
 * Where the run stands among those of the same workflow, job and step for the same branch or pull
 * request; undefined where the runner does not number them. All tags are one line, since each is
 * pushed once. Where the end of another workflow has started it, the number is of that one: a slow
 * test of an older commit may end after a fast one of a newer.
 */
export function turnOf(env: Environment): Turn | undefined {
  const { trigger, pullRequest, GITHUB_REF: ref = '' } = env;
  const own = wholeNumber(env.GITHUB_RUN_NUMBER);
  const number = trigger ? trigger.number : own;
  const workflow = env.GITHUB_WORKFLOW_REF?.replace(/@.*$/, '') || env.GITHUB_WORKFLOW;
  if (own === undefined || number === undefined || !workflow || !hasOwnRunId(env)) return undefined;
  const branch = trigger ? trigger.branch : ref.replace(/^refs\/tags\/.*$/, 'refs/tags');
  const line = [
    workflow,
    ...[env.GITHUB_JOB, env.GITHUB_ACTION],
    ...(trigger ? [`after ${trigger.workflow}`] : []),
    pullRequest === undefined ? branch : `pull request ${pullRequest}`,
  ];
  const isRepeat = [env.GITHUB_RUN_ATTEMPT, trigger?.attempt].some(
    (attempt) => Number(attempt ?? 1) > 1,
  );
  return { line: line.filter(Boolean).join(' '), number, isRepeat };
}

function wholeNumber(text: string | undefined): number | undefined {
  return /^\d{1,15}$/.test(text ?? '') ? Number(text) : undefined;
}

/**
 * Who owns what the run made. Throws `ActionError` where nothing says: what is removed has to be
 * somebody's.
 */
export function repositoryOf({ repository }: Environment): string {
  if (repository !== undefined) return repository;
  throw new ActionError(
    'Which repository this step is of is not known, so nothing can be told to be its own.',
    {
      details:
        'GITHUB_REPOSITORY_ID is not set, the event has no `repository.id`, and of GITHUB_SERVER_URL and GITHUB_REPOSITORY one is missing.',
      hint: 'Nothing was changed. Set GITHUB_REPOSITORY_ID for this step to what the runner of the deployment had.',
    },
  );
}

const GITHUB = 'https://github.com';

/** Where the API is, to which the token goes: never at another server than the run's own. */
function apiUrlOf({
  GITHUB_API_URL: api,
  GITHUB_SERVER_URL: server = GITHUB,
}: Environment): string {
  const own = server.replace(/\/+$/, '');
  // As Enterprise Server has it (docs.github.com, "Getting started with the REST API").
  return api || (own === GITHUB ? 'https://api.github.com' : `${own}/api/v3`);
}

/** The repository as GitHub's API is asked about it. */
export function gitHubOf(env: Environment, token: string): GitHub {
  return {
    apiUrl: apiUrlOf(env),
    repository: env.GITHUB_REPOSITORY ?? '',
    token,
    runsFor: { actor: env.GITHUB_ACTOR, isFork: env.isFork },
  };
}

/** Where the run can be looked at; undefined outside of GitHub, and of what is like it. */
export function runUrlOf(env: Environment): string | undefined {
  const repository = hasOwnRunId(env) ? repositoryUrlOf(env) : undefined;
  // There a run is found by its number (ActionRun.Link in go-gitea/gitea models/actions/run.go).
  const isGitea = [env.GITEA_ACTIONS, env.FORGEJO_ACTIONS].includes('true');
  const run = isGitea ? env.GITHUB_RUN_NUMBER : env.GITHUB_RUN_ID;
  return repository && run ? `${repository}/actions/runs/${run}` : undefined;
}

/** Where the repository can be looked at; undefined outside of GitHub. */
export function repositoryUrlOf(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository } = env;
  return server && repository ? `${server}/${repository}` : undefined;
}

export function workspaceOf(env: Environment): string {
  return env.GITHUB_WORKSPACE ?? process.cwd();
}

export function tempFolderOf(env: Environment): string {
  return env.RUNNER_TEMP ?? tmpdir();
}

/** The folder with action.yml, from dist/main/index.js or dist/post/index.js. */
export function actionRoot(): string {
  return resolve(dirname(process.argv[1] ?? '.'), '../..');
}
