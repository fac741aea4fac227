import { expect, test } from '@jest/globals';
import type { RenderedStack } from '../../../src/compose/render/render.ts';
import { deployStack } from '../../../src/deploy/deploy.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor, RunOptions } from '../../../src/exec/executor.ts';
import { LostConnection } from '../../../src/ssh/lost-connection.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const TARGET = {
  name: 'web-1',
  host: '10.0.0.4',
  port: 22,
  user: 'root',
  credentials: { privateKeys: [] },
  hostKeys: { kind: 'pinned', keys: [] },
} as const;

const STACK = {
  name: 'shop',
  text: 'services: {}',
  files: [],
  emptyVariables: [],
} as unknown as RenderedStack;

/** A manager whose connection is lost at the commands with these numbers. */
function losing(...at: number[]) {
  const seen: { argv: Argv; options: RunOptions | undefined }[] = [];
  const manager: Executor = {
    where: 'web-1',
    run: async (argv, options) => {
      if (at.includes(seen.push({ argv, options }) - 1)) {
        throw new LostConnection(TARGET, argv, true, new Error('read ECONNRESET'));
      }
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    open: () => Promise.reject(new Error('nothing is opened')),
  };
  const lines: string[] = [];
  const deploy = () =>
    deployStack(manager, STACK, { prune: true, resolveImage: 'always', clientMajor: 28 }, [], {
      clock: virtualClock(),
      signal: new AbortController().signal,
      onLine: (line) => lines.push(line),
    });
  const folders = () => seen.map(({ argv }) => /swarm-up\.([0-9a-f]{16})/.exec(argv[2] ?? '')?.[1]);
  return { deploy, folders, lines, seen };
}

test('where the connection is lost it waits for the end of the first deployment, then deploys again', async () => {
  const { deploy, folders, lines, seen } = losing(0);
  await deploy();
  const [first, waiting, second] = folders();
  expect(waiting).toBe(first);
  expect(second).not.toBe(first);
  expect(seen.map(({ options }) => options?.repeatable ?? false)).toEqual([false, true, false]);
  expect(lines).toEqual(['The connection was lost meanwhile, so stack shop is deployed again']);
});

test('it is not deployed for ever', async () => {
  const { deploy, seen } = losing(0, 2, 4);
  await expect(deploy()).rejects.toThrow('was lost, it is not known how this ended: sh -c');
  expect(seen).toHaveLength(5);
});

test('where nothing connects again, the deployment is what is told', async () => {
  const { deploy, seen } = losing(0, 1);
  await expect(deploy()).rejects.toThrow('docker stack deploy');
  expect(seen).toHaveLength(2);
});
