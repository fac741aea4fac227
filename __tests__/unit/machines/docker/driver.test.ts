import { describe, expect, test } from '@jest/globals';
import { CommandError, type Executor } from '../../../../src/exec/executor.ts';
import {
  type CreateOptions,
  createFallback,
} from '../../../../src/machines/docker/create-fallback.ts';
import { createDockerDriver } from '../../../../src/machines/docker/driver.ts';
import { answered } from '../../../support/answered.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

const OWNER = { cluster: 'shop', repository: '42', run: '7' };

/**
 * What the driver says before it makes anything, where `docker version` prints this of the server.
 */
async function refusal(server: unknown): Promise<unknown> {
  const runner: Executor = {
    where: 'the runner',
    open: () => Promise.reject(new Error('not asked')),
    run: async (argv) => {
      expect(argv[1]).toBe('version');
      return { exitCode: 0, stdout: JSON.stringify(server), stderr: '' };
    },
  };
  const { log } = recordedLog();
  const driver = createDockerDriver({}, { runner, actionRoot: '/', log });
  const { signal } = new AbortController();
  return await driver
    .check(signal, { cluster: OWNER, machines: 1, ttlMs: undefined })
    .catch((error: unknown) => error);
}

describe('the engine of the runner', () => {
  test.each<[string, unknown, string, string]>([
    ['podman', null, 'docker on the runner is not Docker Engine.', 'podman-docker'],
    [
      'Docker Desktop',
      { Os: 'linux', Platform: { Name: 'Docker Desktop 4.40.0 (187762)' } },
      'The docker driver cannot reach nodes on Docker Desktop.',
      'docker context use default',
    ],
    [
      'a rootless engine',
      { Os: 'linux', Components: [{ Name: 'Engine' }, { Name: 'rootlesskit' }] },
      'The docker driver cannot reach nodes on a rootless Docker Engine.',
      'DOCKER_HOST=unix:///var/run/docker.sock',
    ],
    [
      'one for Windows containers',
      { Os: 'windows' },
      'The engine of the runner runs windows containers; the nodes are Linux containers.',
      'ubuntu-latest',
    ],
  ])('is refused if it is %s', async (_what, server, message, hint) => {
    expect(await refusal(server)).toMatchObject({
      name: 'ActionError',
      message,
      hint: expect.stringContaining(hint),
    });
  });

  test('is taken as Debian and Docker build it', async () => {
    const community = { Name: 'Docker Engine - Community' };
    const Components = [{ Name: 'Engine' }, { Name: 'containerd' }, { Name: 'runc' }];
    for (const Platform of [community, { Name: '' }, null]) {
      expect(await refusal({ Os: 'linux', Platform, Components })).toBeUndefined();
    }
    expect(await refusal(answered('version-28').Server)).toBeUndefined();
  });
});

describe('createFallback', () => {
  const CAPS = 'unable to apply caps: operation not permitted';
  const DROP =
    'Error response from daemon: invalid CapDrop: capability not supported by your kernel or not available in the current environment: "CAP_SYS_RESOURCE"';
  const refused = (stderr: string) =>
    new CommandError('the runner', ['docker', 'create'], { exitCode: 1, stdout: '', stderr });
  const way = (privilege: CreateOptions['privilege']): CreateOptions => ({
    privilege,
    elsewhere: [],
  });

  test('engines before 28 get all capabilities but one, later ones all rights', () => {
    expect(createFallback(refused(CAPS), way('privileged'), [])?.privilege).toBe('capabilities');
    expect(createFallback(refused(DROP), way('capabilities'), [])?.privilege).toBe('privileged');
  });

  test('an engine that refuses both is not asked again and again', () => {
    const second = createFallback(refused(CAPS), way('privileged'), []);
    expect(second && createFallback(refused(DROP), second, [])).toBeUndefined();
  });

  test('another refusal has no other way', () => {
    expect(createFallback(refused('no space left'), way('privileged'), [])).toBeUndefined();
    expect(createFallback(refused(DROP), way('privileged'), [])).toBeUndefined();
    expect(createFallback(new Error(CAPS), way('privileged'), [])).toBeUndefined();
  });
});
