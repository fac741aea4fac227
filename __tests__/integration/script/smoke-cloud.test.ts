import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import type { ActionRun } from '../../../script/action-runner.ts';
import type { Job } from '../../../script/job.ts';
import type { Cloud } from '../../../script/smoke-cloud/cloud.ts';
import { cloudOf } from '../../../script/smoke-cloud/clouds.ts';
import { tryCloud } from '../../../script/smoke-cloud/try-cloud.ts';
import { VARIABLES } from '../../support/clouds/amazonec2/amazonec2.ts';
import {
  amazonec2Trial,
  makeCluster as makeInstances,
} from '../../support/clouds/amazonec2/amazonec2-cluster.ts';
import type { FakeInstance } from '../../support/clouds/amazonec2/instances.ts';
import {
  digitaloceanTrial,
  makeCluster as makeDroplets,
} from '../../support/clouds/digitalocean-cluster.ts';
import { hetznerTrial, makeCluster, OWNER } from '../../support/clouds/hetzner-cluster.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const hetzner = known('hetzner');
const digitalocean = known('digitalocean');
const amazonec2 = known('amazonec2');

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
  { fake }: { fake: { endpoint: string; token: string } },
  steps: Steps,
  { cloud, env }: { cloud: Cloud; env: Readonly<Record<string, string>> } = {
    ...{ cloud: hetzner, env: { HCLOUD_TOKEN: fake.token } },
  },
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
  const error: unknown = await tryCloud({
    ...{ driver: 'hetzner', cloud, endpoint: fake.endpoint, env, portMode: 'host' },
    repository: OWNER.repository,
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
  const env = { DIGITALOCEAN_ACCESS_TOKEN: trial.fake.token };
  const { error } = await tried(trial, steps, { cloud: digitalocean, env });
  expect(String(error)).toMatch(
    /^Error: Left in the project, which may cost money: droplet su-42-shop-1 \(\d+\), firewall su-42-shop \([\w-]+\), tag su:42:shop:exp:\d+, tag su:42:shop:run:\S+, tag su:42:shop, tag su:42:shop:key:1:\w+$/,
  );
  expect(String(error)).not.toContain('before');
});

test('what the steps leave at EC2 is named, whatever tags it has', async () => {
  await using trial = await amazonec2Trial({ bootMs: 0 });
  await using stack = await answering();
  const owner = { ...OWNER, expires: '2126-12-04T12:00:00Z' };
  await makeInstances(trial.work(), { ...owner, cluster: 'before' }, 1);
  const up = async () => {
    await makeInstances(trial.work(), { ...owner, cluster: 'smoke' }, 2);
    return { url: stack.url };
  };
  let expired: readonly string[] = [];
  const sweep = async () => {
    const [before, first, second] = trial.fake.region.present;
    const isPast = ({ tags }: FakeInstance) =>
      Date.parse(tags['swarm-up.expires'] ?? '') < Date.now();
    expired = [before, first, second].flatMap((one) => (one && isPast(one) ? [one.id] : []));
    if (first) first.tags = {};
    // It costs nothing any more.
    if (second) second.state = 'terminated';
    return SWEPT;
  };
  const steps = { up, status: async () => ({}), sweep };
  const { error } = await tried(trial, steps, { cloud: amazonec2, env: VARIABLES });
  // Those of the trial are expired when the sweep comes, and no others.
  const [, ...own] = [...trial.fake.region.instances.keys()];
  expect(expired).toEqual(own);
  expect(String(error)).toMatch(
    /^Error: Left in the project, which may cost money: instance without a name \(i-\w+\), security group su-42-smoke \(sg-\w+\)$/,
  );
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
  const ask = (HCLOUD_TOKEN: string) => hetzner.inventory({ endpoint, env: { HCLOUD_TOKEN } });
  // Servers with their addresses, which is more than a page of each; firewall, network, groups.
  expect((await ask(token)).size).toBe(2 * 51 + 2 + 6);
  await expect(ask('another')).rejects.toThrow('The API answered GET /servers with 401.');
});

test('the inventory of DigitalOcean reads every page, too', async () => {
  await using trial = await digitaloceanTrial({ bootMs: 0 });
  await makeDroplets(trial.work(), OWNER, 51);
  const { endpoint, token } = trial.fake;
  const env = { DIGITALOCEAN_ACCESS_TOKEN: token };
  const found = [...(await digitalocean.inventory({ endpoint, env }))];
  expect(found.map((one) => one.replace(/ \(.*/, '')).sort()).toEqual(trial.fake.account.all);
});

test('the inventory of EC2 says what AWS refuses', async () => {
  await using trial = await amazonec2Trial();
  const { endpoint } = trial.fake;
  expect(await amazonec2.inventory({ endpoint, env: VARIABLES })).toEqual(new Set());
  const env = { ...VARIABLES, AWS_SECRET_ACCESS_KEY: 'another' };
  await expect(amazonec2.inventory({ endpoint, env })).rejects.toThrow(
    'AWS answered GET /DescribeInstances with status 401 (AuthFailure).',
  );
});
