import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { ActionRun } from '../../../script/action-runner.ts';
import type { Job } from '../../../script/job.ts';
import { type Cloud, cloudOf } from '../../../script/smoke-cloud/clouds.ts';
import { inventory } from '../../../script/smoke-cloud/inventory.ts';
import { tryCloud } from '../../../script/smoke-cloud/try-cloud.ts';
import {
  digitaloceanTrial,
  makeCluster as makeDroplets,
} from '../../support/clouds/digitalocean-cluster.ts';
import { hetznerTrial, makeCluster, OWNER } from '../../support/clouds/hetzner-cluster.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const hetzner = known('hetzner');
const digitalocean = known('digitalocean');

function known(driver: string): Cloud {
  const cloud = cloudOf(driver);
  if (!cloud) throw new Error(`no cloud ${driver}`);
  return cloud;
}

/** What the stack of a trial answers. */
async function answering() {
  const server = createServer((_request, response) => response.end('hello\n'));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', resolve);
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    [Symbol.asyncDispose]: async () => void server.close(),
  };
}

/** Steps by their command; each gives its outputs, or throws as a step that failed. */
type Steps = Readonly<Record<string, () => Promise<Readonly<Record<string, string>>>>>;

/** Tries a stand-in by steps that are told; gives the commands, what was said and what was thrown. */
async function tried(
  trial: { fake: { endpoint: string; token: string } },
  steps: Steps,
  cloud = hetzner,
) {
  const commands: string[] = [];
  const said: string[] = [];
  const job = {
    step: async ({ command = 'up' }: Readonly<Record<string, string>>) => {
      commands.push(command);
      const outputs = await steps[command]?.().catch(() => undefined);
      return { conclusion: outputs ? 'success' : 'failure', outputs } as unknown as ActionRun;
    },
  } as unknown as Job;
  const { endpoint, token } = trial.fake;
  const error: unknown = await tryCloud({
    ...{ driver: 'hetzner', cloud, endpoint, token, portMode: 'host' },
    ...{ job, otherJob: () => job, clock: virtualClock(), say: (line: string) => said.push(line) },
  } as Parameters<typeof tryCloud>[0]).catch((failure: unknown) => failure);
  return { commands, said, error };
}

const SWEPT = { clusters: JSON.stringify([{ cluster: 'smoke', result: 'removed' }]) };

test('what the steps leave is named, whatever the steps say', async () => {
  await using trial = await hetznerTrial({ actionMs: 0 });
  await using stack = await answering();
  await makeCluster(trial.work(), { ...OWNER, cluster: 'before' }, 1);
  const up = async () => {
    await makeCluster(trial.work(), OWNER, 1);
    return { url: stack.url };
  };
  const steps = { up, status: async () => ({}), sweep: async () => SWEPT };
  const { commands, error } = await tried(trial, steps);
  expect(commands).toEqual(['up', 'status', 'sweep']);
  expect(String(error)).toMatch(
    /^Error: Left in the project, which may cost money: server su-42-shop-1 \(\d+\), firewall su-42-shop \(\d+\), network su-42-shop \(\d+\), placement group su-42-shop-1 \(\d+\), primary IP \S+ \(\d+\)$/,
  );
});

test('what the steps leave at DigitalOcean is named, tags included', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 0 });
  await using stack = await answering();
  await makeDroplets(trial.work(), { ...OWNER, cluster: 'before' }, 1);
  const up = async () => {
    await makeDroplets(trial.work(), OWNER, 1);
    return { url: stack.url };
  };
  const steps = { up, status: async () => ({}), sweep: async () => SWEPT };
  const { error } = await tried(trial, steps, digitalocean);
  expect(String(error)).toMatch(
    /^Error: Left in the project, which may cost money: droplet su-42-shop-1 \(\d+\), firewall su-42-shop \([\w-]+\), tag su:42:shop:exp:\d+, tag su:42:shop:run:\S+, tag su:42:shop, tag su:42:shop:key:1:\w+$/,
  );
  expect(String(error)).not.toContain('before');
});

test('a step that fails is told, once what was made is removed', async () => {
  await using trial = await hetznerTrial({ actionMs: 0 });
  await using stack = await answering();
  const steps = {
    up: async () => ({ url: stack.url }),
    status: async () => ({}),
    sweep: async () => ({ clusters: '[]' }),
    down: async () => ({}),
  };
  const { commands, said, error } = await tried(trial, steps);
  expect(commands).toEqual(['up', 'status', 'sweep', 'down']);
  expect(said).toContain('Nothing is left in the project that was not there before.');
  expect(String(error)).toBe('Error: The sweep has not removed it: []');
});

test('a stack that does not answer fails the trial', async () => {
  await using trial = await hetznerTrial({ actionMs: 0 });
  const steps = { up: async () => ({ url: 'http://127.0.0.1:1/' }), down: async () => ({}) };
  const { commands, error } = await tried(trial, steps);
  expect(commands).toEqual(['up', 'down']);
  expect(String(error)).toMatch(
    /^Error: The output url, http:\/\/127\.0\.0\.1:1\/, did not answer: /,
  );
});

test('the inventory reads every page, and says what the API refuses', async () => {
  await using trial = await hetznerTrial({ actionMs: 0, serverLimit: 100 });
  await makeCluster(trial.work(), OWNER, 51);
  const { endpoint, token } = trial.fake;
  // Servers with their addresses, which is more than a page of each; firewall, network, groups.
  expect((await inventory(hetzner, { endpoint, token })).size).toBe(2 * 51 + 2 + 6);
  await expect(inventory(hetzner, { endpoint, token: 'another' })).rejects.toThrow(
    'The API answered GET /servers with 401.',
  );
});

test('the inventory of DigitalOcean reads every page, too', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 0 });
  await makeDroplets(trial.work(), OWNER, 51);
  const { endpoint, token } = trial.fake;
  const found = [...(await inventory(digitalocean, { endpoint, token }))];
  expect(found.map((one) => one.replace(/ \(.*/, '')).sort()).toEqual(trial.fake.account.all);
});
