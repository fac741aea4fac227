import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import {
  type ActionRun,
  type JobStatus,
  type RunningAction,
  startAction,
} from '../../script/action-runner.ts';
import { ensureHelloImage } from '../../script/hello-image.ts';
import { type EngineApi, engineApi } from '../../src/engine/api.ts';
import { runner } from '../../src/exec/runner.ts';
import {
  docker,
  dockerInside,
  type EngineState,
  engineState,
  inside,
  listed,
  NOTHING,
} from './engine.ts';

// What swc makes of `await using` refers to this name and does not define it. Where a test fails
// and leaves something, both are told.
Object.assign(globalThis, {
  _SuppressedError: function suppressed(left: Error, failure: Error) {
    const message = `${failure.message}\n\nIt also left something behind:\n${left.message}`;
    return new Error(message, { cause: failure });
  },
});

/** The action on a cluster of its own, as one step of a job would run it. */
export interface Cluster extends AsyncDisposable {
  readonly name: string;
  /** The workspace: compose files are written here. */
  readonly workspace: string;
  write(file: string, text: string): void;
  /** Runs main to its end. */
  up(
    inputs: Readonly<Record<string, string>>,
    env?: Readonly<Record<string, string>>,
  ): Promise<ActionRun>;
  /** Starts main; `result` waits for it. */
  start(
    inputs: Readonly<Record<string, string>>,
    env?: Readonly<Record<string, string>>,
  ): RunningAction & Watch;
  /** Runs post with the state of a main. */
  post(
    main: Pick<ActionRun, 'state' | 'conclusion'>,
    inputs?: Readonly<Record<string, string>>,
    jobStatus?: JobStatus,
    env?: Readonly<Record<string, string>>,
  ): Promise<ActionRun>;
  /** A command of the docker client on the first manager. */
  docker(...args: string[]): Promise<string>;
  /** A shell line on a node, by its number. */
  on(node: number, line: string): Promise<string>;
}

export interface Watch {
  /** Resolves as soon as a line of the log matches; rejects where main ends before. */
  seen(pattern: RegExp): Promise<void>;
}

/**
 * A cluster for one test; `await using` removes whatever the test left of it and fails the test
 * where its own post should have done that and did not: pass `expectEmpty: false` where the test
 * leaves something on purpose.
 */
export function testCluster(
  title: string,
  options: {
    readonly expectEmpty?: boolean;
    /** Folder with another action.yml than this repository's. */
    readonly action?: string;
  } = {},
): Cluster {
  const name = `e2e-${title}-${randomBytes(3).toString('hex')}`;
  const workspace = mkdtempSync(join(tmpdir(), `${name}-`));
  const directory = mkdtempSync(join(tmpdir(), `${name}-job-`));
  let last: ActionRun | undefined;
  const remember = (run: ActionRun): void => {
    last = run;
  };

  const start: Cluster['start'] = (inputs, env = {}) => {
    const watchers = new Set<{ pattern: RegExp; resolve: () => void }>();
    const seen: string[] = [];
    const running = startAction({
      stage: 'main',
      inputs: { cluster: name, 'stable-for': '1s', ...inputs },
      env: { GITHUB_REPOSITORY_ID: '4711', GITHUB_ACTION: 'up', ...env },
      workspace,
      directory,
      ...(options.action === undefined ? {} : { action: options.action }),
      onLine: (entry) => {
        const text = JSON.stringify(entry);
        seen.push(text);
        for (const watcher of watchers) if (watcher.pattern.test(text)) watcher.resolve();
      },
    });
    void running.result.then(remember, () => {});
    return {
      ...running,
      seen: (pattern) =>
        new Promise((resolve, reject) => {
          if (seen.some((text) => pattern.test(text))) return resolve();
          watchers.add({ pattern, resolve });
          void running.result.then((run) =>
            reject(new Error(`main ended before ${pattern}:\n${run.lines.join('\n')}`)),
          );
        }),
    };
  };

  return {
    name,
    workspace,
    write: (file, text) => writeFileSync(join(workspace, file), text),
    start,
    up: (inputs, env) => start(inputs, env).result,
    post: async (main, inputs = {}, jobStatus = main.conclusion, env = {}) => {
      const run = await startAction({
        stage: 'post',
        ...(options.action === undefined ? {} : { action: options.action }),
        inputs: { cluster: name, ...inputs },
        env: { GITHUB_REPOSITORY_ID: '4711', GITHUB_ACTION: 'up', ...env },
        workspace,
        directory,
        state: main.state,
        jobStatus,
      }).result;
      remember(run);
      return run;
    },
    docker: (...args) => dockerInside(`${name}-1`, ...args),
    on: (node, line) => inside(`${name}-${node}`, line),
    async [Symbol.asyncDispose]() {
      using api = engineApi(runner);
      const left = await engineState(name, api);
      await removeByLabel(name, api);
      rmSync(workspace, { recursive: true, force: true });
      rmSync(directory, { recursive: true, force: true });
      if (options.expectEmpty ?? true) expectNothing(left, last);
    },
  };
}

const LINES_SHOWN = 60;

/** A test that leaves something has mostly failed, and what its last run said tells why. */
function expectNothing(left: EngineState, last: ActionRun | undefined): void {
  try {
    expect(left).toEqual(NOTHING);
  } catch (error) {
    const said = last?.lines.slice(-LINES_SHOWN).join('\n') ?? '(none came to its end)';
    throw new Error(`${(error as Error).message}\n\nIts last run said:\n${said}`, {
      cause: error,
    });
  }
}

async function removeByLabel(cluster: string, api: EngineApi): Promise<void> {
  const filters = JSON.stringify({ label: [`swarm-up.cluster=${cluster}`] });
  const containers = await api.get('/containers/json', { all: 'true', filters }, listed.containers);
  const ids = (found: readonly { readonly Id: string }[]) => found.map(({ Id }) => Id);
  if (containers.length > 0) await docker('rm', '--force', '--volumes', ...ids(containers));
  const { Volumes } = await api.get('/volumes', { filters }, listed.volumes);
  const names = (Volumes ?? []).map(({ Name }) => Name);
  if (names.length > 0) await docker('volume', 'rm', ...names);
  const networks = await api.get('/networks', { filters }, listed.networks);
  if (networks.length > 0) await docker('network', 'rm', ...ids(networks));
}

/**
 * A cluster without a stack for all tests of a file: formed before the first one; after the last
 * one its own post step has to remove everything. Gives the cluster, once the tests run.
 */
export function clusterOfFile(
  title: string,
  inputs: Readonly<Record<string, string>>,
): () => Cluster {
  let cluster: Cluster | undefined;
  let formed: ActionRun | undefined;
  beforeAll(async () => {
    await ensureHelloImage(new AbortController().signal);
    cluster = testCluster(title);
    formed = await cluster.up({ 'compose-file': '-', ...inputs });
    if (formed.conclusion !== 'success') throw new Error(formed.lines.join('\n'));
  }, 180_000);
  afterAll(async () => {
    await using used = cluster;
    if (!used || !formed) return;
    const post = await used.post(formed);
    expect(post.lines.join('\n')).toContain(`Nothing of cluster ${used.name} is left`);
    expect(post.conclusion).toBe('success');
  }, 60_000);
  return () => {
    if (!cluster) throw new Error('The cluster is there in tests only.');
    return cluster;
  };
}
