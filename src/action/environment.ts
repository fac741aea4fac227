import { tmpdir } from 'node:os';
import { dirname, resolve } from 'node:path';
import { getInput } from '@actions/core';
import * as z from 'zod';
import type { GitHub } from '../github/client.ts';
import { goesWith } from '../inputs/cluster-name.ts';
import type { Owner } from '../machines/labels.ts';
import { expiryAfter } from '../ttl.ts';
import { headCommitOf, pullRequestOf, readEvent } from './event.ts';

const environment = z.object({
  GITHUB_API_URL: z.string().optional(),
  GITHUB_REPOSITORY: z.string().optional(),
  GITHUB_REPOSITORY_ID: z.string().optional(),
  GITHUB_SERVER_URL: z.string().optional(),
  GITHUB_RUN_ID: z.string().optional(),
  GITHUB_RUN_ATTEMPT: z.string().optional(),
  GITHUB_JOB: z.string().optional(),
  GITHUB_ACTION: z.string().optional(),
  GITHUB_EVENT_NAME: z.string().optional(),
  GITHUB_EVENT_PATH: z.string().optional(),
  GITHUB_REF: z.string().optional(),
  GITHUB_SHA: z.string().optional(),
  GITHUB_WORKSPACE: z.string().optional(),
  RUNNER_TEMP: z.string().optional(),
  SSH_AUTH_SOCK: z.string().optional(),
});

/** What is read of the variables that every step gets (docs.github.com, "Variables reference"), and of the event. */
export interface Environment extends z.infer<typeof environment> {
  /** The pull request that the run is about. */
  readonly pullRequest: number | undefined;
  /** The commit that the run is about; undefined for a pull request where the event does not say. */
  readonly commit: string | undefined;
}

export function readEnvironment(): Environment {
  const env = environment.parse(process.env);
  const event = readEvent(env.GITHUB_EVENT_PATH);
  const pullRequest = pullRequestOf(event, env);
  return {
    ...env,
    pullRequest,
    commit: headCommitOf(event) ?? (pullRequest === undefined ? env.GITHUB_SHA : undefined),
  };
}

/** An input as it was given, its end trimmed by nobody. */
export function readInput(name: string): string {
  return getInput(name, { trimWhitespace: false });
}

/** The step that runs, as the owner of what it creates, for `ttlMs` from now on. Without GitHub it is nobody's in particular. */
export function ownerOfRun(cluster: string, env: Environment, ttlMs?: number): Owner {
  const { pullRequest } = env;
  return {
    cluster,
    repository: repositoryOf(env),
    run: runOf(env),
    ...(ttlMs !== undefined && { expires: expiryAfter(ttlMs, new Date()) }),
    ...(pullRequest !== undefined &&
      goesWith(cluster, pullRequest) && { pullRequest: String(pullRequest) }),
  };
}

/** The step that runs: run, job and step id. */
export function runOf(env: Environment): string {
  return [env.GITHUB_RUN_ID ?? 'local', env.GITHUB_JOB, env.GITHUB_ACTION]
    .filter(Boolean)
    .join('/');
}

/** GitHub's numeric id of the repository. */
export function repositoryOf(env: Environment): string {
  return env.GITHUB_REPOSITORY_ID ?? '0';
}

/** The repository as GitHub's API is asked about it. */
export function gitHubOf(env: Environment, token: string): GitHub {
  return {
    apiUrl: env.GITHUB_API_URL ?? 'https://api.github.com',
    repository: env.GITHUB_REPOSITORY ?? '',
    token,
  };
}

/** Where the run can be looked at; undefined outside of GitHub. */
export function runUrlOf(env: Environment): string | undefined {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env;
  return server && repository && run ? `${server}/${repository}/actions/runs/${run}` : undefined;
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
