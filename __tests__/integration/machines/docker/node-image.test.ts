import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { type Clock, systemClock } from '../../../../src/base/clock.ts';
import { runner } from '../../../../src/exec/runner.ts';
import {
  CONTENT_LABEL,
  contentOf,
  ensureNodeImage,
  nodeImageName,
} from '../../../../src/machines/docker/node-image.ts';
import {
  type LoopbackRegistry,
  startLoopbackRegistry,
} from '../../../support/loopback-registry.ts';
import { recordedLog } from '../../../support/recorded-log.ts';
import { until } from '../../../support/until.ts';

/** Its time passes only once the engine waits for the bytes of a blob. */
function passing({ asked, faults }: LoopbackRegistry): Clock {
  let now = 0;
  return {
    now: () => now,
    sleep: async (ms, signal) => {
      await until('the engine asks for a blob', async () => {
        signal?.throwIfAborted();
        return faults.stalls === true && asked.some((line) => /^GET .*\/blobs\//.test(line));
      });
      now += ms;
    },
  };
}

const docker = async (...args: string[]) =>
  (await runner.run(['docker', ...args], { anyExitCode: true })).stdout.trim();

/** An action whose node image is a few bytes, published by a registry and gone from the engine. */
async function published(registry: LoopbackRegistry) {
  const root = mkdtempSync(join(tmpdir(), 'published-'));
  const folder = join(root, 'node-image');
  mkdirSync(folder);
  writeFileSync(join(folder, 'marker'), randomBytes(2_000));
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY marker /\n');
  const name = await nodeImageName(folder);
  const pushed = `${registry.host}/swarm-up-node:${contentOf(name)}`;
  const label = `${CONTENT_LABEL}=${contentOf(name)}`;
  await docker('build', '--label', label, '--tag', pushed, folder);
  const [, digest = ''] = /(sha256:[0-9a-f]{64})/.exec(await docker('push', pushed)) ?? [];
  const image = `${registry.host}/swarm-up-node@${digest}`;
  const forget = async () => {
    await docker('image', 'rm', '--force', name, pushed, image);
  };
  await forget();
  const pin = { content: contentOf(name), image, engine: 1 };
  writeFileSync(join(root, 'node-image.json'), JSON.stringify(pin));
  return {
    ...{ root, folder, name, image, forget },
    async ensure(cache?: string) {
      const { log, lines } = recordedLog();
      const { signal } = new AbortController();
      const clock = registry.faults.stalls ? passing(registry) : systemClock;
      const got = await ensureNodeImage(
        runner,
        { actionRoot: root, cache },
        log,
        signal,
        clock,
      ).catch((error: unknown) => error);
      return { got, lines };
    },
    async [Symbol.asyncDispose]() {
      await forget();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

test('the published image is pulled by its digest, kept in a folder, and loaded from there', async () => {
  await using registry = await startLoopbackRegistry();
  await using one = await published(registry);
  const cache = join(one.root, 'cache');
  expect(await one.ensure(cache)).toEqual({
    got: one.name,
    lines: [
      expect.stringMatching(`^Pulled the node image ${one.image} as ${one.name}`),
      expect.stringMatching(/^Kept it as .*\.tar \(/),
    ],
  });
  expect(await docker('image', 'ls', '--quiet', one.name)).not.toBe('');
  await one.forget();
  const before = registry.asked.length;
  expect((await one.ensure(cache)).lines).toEqual([
    expect.stringMatching(/^Loaded the node image/),
  ]);
  expect(registry.asked.slice(before)).toEqual([]);
  expect((await one.ensure(cache)).lines).toEqual([]);
});

test.each<[string, (registry: LoopbackRegistry) => unknown, RegExp]>([
  [
    'hands out other bytes',
    ({ faults }) => {
      faults.forges = true;
    },
    /failed .*:\n[\s\S]*(verification failed for digest|unexpected .*digest|failed size validation)/,
  ],
  [
    'stalls',
    ({ faults }) => {
      faults.stalls = true;
    },
    /stalled: nothing moved for 1 min/,
  ],
  ['is away', (registry) => registry[Symbol.asyncDispose](), /connection refused/],
])('it is built if the registry %s, and the log says so', async (_what, fail, reason) => {
  await using registry = await startLoopbackRegistry();
  await using one = await published(registry);
  await fail(registry);
  const { got, lines } = await one.ensure();
  expect(got).toBe(one.name);
  expect(lines[0]).toMatch(reason);
  expect(lines[1]).toMatch(/^Built the node image/);
});

test('both reasons are told if the registry is away and the build fails, too', async () => {
  await using registry = await startLoopbackRegistry();
  await using one = await published(registry);
  await registry[Symbol.asyncDispose]();
  rmSync(join(one.folder, 'marker'));
  const pin = { content: contentOf(await nodeImageName(one.folder)), image: one.image, engine: 1 };
  writeFileSync(join(one.root, 'node-image.json'), JSON.stringify(pin));
  expect((await one.ensure()).got).toMatchObject({
    message: 'The node image cannot be built on the engine of the runner.',
    details: expect.stringMatching(
      new RegExp(`^Not pulled: the pull of ${one.image} failed[\\s\\S]*Not built:[\\s\\S]*marker`),
    ),
  });
});
