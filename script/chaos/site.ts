import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Hosts } from '../../__tests__/support/hosts.ts';
import { HELLO_IMAGE } from '../hello-image.ts';
import type { Action } from './action.ts';
import { ACTORS, type Actor } from './actors.ts';
import { composeFileOf, tokenOf } from './compose-file.ts';

/** Where the runs take place: hosts, and folders on this machine. */
export interface Site extends Disposable {
  readonly hosts: Hosts;
  /** All folders are in it, so that a process of a run is known by its environment. */
  readonly root: string;
  /** Of GitHub's API. */
  readonly apiUrl: string;
  workspaceOf(actor: Actor): string;
  /** Makes the folder of a job. */
  jobFolder(run: number): string;
}

/** Writes what the actors have in their repositories. */
export function createSite(hosts: Hosts, apiUrl: string): Site {
  const root = mkdtempSync(join(tmpdir(), 'chaos-'));
  const workspaceOf = ({ name }: Actor) => join(root, name);
  for (const actor of ACTORS) {
    mkdirSync(workspaceOf(actor));
    writeFileSync(eventFileOf(workspaceOf(actor)), JSON.stringify(eventOf(actor)));
    if (actor.kind === 'schedule') continue;
    writeFileSync(join(workspaceOf(actor), 'compose.yaml'), composeFileOf(actor));
  }
  return {
    ...{ hosts, root, apiUrl, workspaceOf },
    jobFolder: (run) => {
      const folder = join(root, `job-${run}`);
      mkdirSync(join(folder, 'tmp'), { recursive: true });
      return folder;
    },
    [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }),
  };
}

function eventFileOf(workspace: string): string {
  return join(workspace, 'event.json');
}

function eventOf({ pullRequest }: Actor): object {
  return pullRequest === undefined ? {} : { pull_request: { number: pullRequest } };
}

/** The inputs of a step. */
export function inputsOf(
  { kind, cluster, stack, givesLabel }: Actor,
  action: Action,
  { hosts }: Site,
): Record<string, string> {
  const [first, second] = hosts.addresses;
  const shared = {
    driver: 'ssh',
    hosts: `deploy@${first} manager${givesLabel ? ' zone=a' : ''}\ndeploy@${second} worker`,
    'ssh-private-key': hosts.privateKey,
    'ssh-known-hosts': hosts.knownHosts,
  };
  // A preview is called as nobody has named it.
  const named = kind === 'production' ? { cluster } : {};
  switch (action.kind) {
    case 'up':
    case 'try':
      return {
        ...shared,
        ...named,
        ...(kind === 'production' ? { 'stack-name': stack } : { 'port-offset': 'auto' }),
        images: HELLO_IMAGE,
        env: `VERSION=${action.version}`,
        'stable-for': '1s',
        ...(action.ttlMs === undefined ? {} : { ttl: `${action.ttlMs / 1_000}s` }),
        ...(action.kind === 'try' ? { teardown: 'always' } : {}),
      };
    case 'down':
      return { ...shared, ...named, command: 'down', 'remove-volumes': 'true' };
    case 'sweep':
      return {
        ...shared,
        command: 'sweep',
        'closed-pull-requests': String(action.closed),
        'dry-run': String(action.dryRun),
        'github-token': 'token-of-nobody',
      };
    case 'close':
      throw new Error('Nothing runs when a pull request is closed and forgotten.');
  }
}

const EVENTS = {
  preview: 'pull_request',
  stranger: 'pull_request',
  production: 'push',
  schedule: 'schedule',
} as const;

/** The environment of a step; `folder` is that of its job. */
export function environmentOf(
  actor: Actor,
  run: number,
  site: Site,
  folder: string,
): Record<string, string> {
  return {
    GITHUB_API_URL: site.apiUrl,
    GITHUB_REPOSITORY: actor.repository,
    GITHUB_REPOSITORY_ID: actor.repositoryId,
    GITHUB_EVENT_NAME: EVENTS[actor.kind],
    GITHUB_EVENT_PATH: eventFileOf(site.workspaceOf(actor)),
    GITHUB_RUN_ID: String(run),
    GITHUB_RUN_NUMBER: String(run),
    GITHUB_JOB: 'deploy',
    GITHUB_ACTION: 'up',
    TMPDIR: join(folder, 'tmp'),
    TOKEN: tokenOf(actor),
  };
}
