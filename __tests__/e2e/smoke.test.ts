import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage } from '../../script/hello-image.ts';
import { amazonec2Cloud } from '../support/clouds/amazonec2/amazonec2-cloud.ts';
import { digitaloceanCloud } from '../support/clouds/digitalocean-cloud.ts';
import { fakeHetzner } from '../support/clouds/hetzner.ts';
import { type HostMachine, startHostMachine } from '../support/clouds/host-machine.ts';

const REPOSITORY = resolve(import.meta.dirname, '../..');
const { signal } = new AbortController();

beforeAll(() => ensureHelloImage(signal), 120_000);

/** Runs the script, as it does outside of GitHub. */
async function smoke(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(resolve(REPOSITORY, 'script/smoke'), args, {
    ...{ cwd: REPOSITORY, stdio: ['ignore', 'pipe', 'pipe'] },
    env: { ...process.env, GITHUB_REPOSITORY: '', GITHUB_REPOSITORY_ID: '', ...env },
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const [[stdout, stderr], [code]] = [await said, await exit];
  return { stdout, stderr, code };
}

/** A stand-in whose servers are containers. */
async function cloudOfContainers() {
  const machines = new Map<number, HostMachine>();
  const fake = await fakeHetzner({
    actionMs: 0,
    onServer: async ({ id, name, userData }) => {
      const machine = await startHostMachine({ name, userData, signal });
      machines.set(id, machine);
      return { ipv4: machine.address, privateIp: machine.address };
    },
    onServerGone: async ({ id }) => {
      await machines.get(id)?.remove();
      machines.delete(id);
    },
  });
  return {
    ...{ fake, machines },
    [Symbol.asyncDispose]: async () => {
      for (const machine of machines.values()) await machine.remove();
      await fake[Symbol.asyncDispose]();
    },
  };
}

test('one machine is made, deployed to, swept, and nothing is left', async () => {
  await using cloud = await cloudOfContainers();
  const { fake, machines } = cloud;
  const { stdout, stderr, code } = await smoke(['hetzner', '--endpoint', fake.endpoint], {
    ...{ HCLOUD_TOKEN: fake.token, PORT_MODE: 'host' },
  });
  expect([code, stderr, stdout.split('\n').slice(-12)]).toEqual([0, '', expect.anything()]);
  expect(stdout).toMatch(/^==> http:\/\/\S+:8080\/?\S* {2}\S+/m);
  expect(stdout).toContain('==> Nothing is left in the project that was not there before.');
  expect(stdout).toMatch(/^==> What it costs: .*1 × cx23 in nbg1[,:] about € 0\.01 an hour/m);
  expect(stdout).not.toContain(fake.token);
  expect(fake.project.all).toEqual([]);
  expect(machines.size).toBe(0);
}, 300_000);

test('the same at DigitalOcean', async () => {
  await using cloud = await digitaloceanCloud();
  const { fake } = cloud;
  const { stdout, stderr, code } = await smoke(['digitalocean', '--endpoint', fake.endpoint], {
    ...{ ...cloud.env, PORT_MODE: 'host' },
  });
  expect([code, stderr, stdout.split('\n').slice(-12)]).toEqual([0, '', expect.anything()]);
  expect(stdout).toMatch(/^==> http:\/\/\S+:8080\/?\S* {2}\S+/m);
  expect(stdout).toContain('==> Nothing is left in the project that was not there before.');
  expect(stdout).toMatch(/^==> What it costs: .*1 × s-1vcpu-2gb in fra1: about USD 0\.02 an hour/m);
  expect(stdout).not.toContain(fake.token);
  expect(fake.account.all).toEqual([]);
}, 300_000);

test('the same at Amazon EC2, where no price is asked', async () => {
  await using cloud = await amazonec2Cloud();
  const { fake } = cloud;
  const { stdout, stderr, code } = await smoke(['amazonec2', '--endpoint', fake.endpoint], {
    ...{ ...cloud.env, PORT_MODE: 'host' },
  });
  expect([code, stderr, stdout.split('\n').slice(-12)]).toEqual([0, '', expect.anything()]);
  expect(stdout).toMatch(/^==> http:\/\/\S+:8080\/?\S* {2}\S+/m);
  expect(stdout).toContain('==> Nothing is left in the project that was not there before.');
  expect(stdout).toMatch(
    /^==> What it costs: .*1 × t3\.small in eu-central-1a: about USD 0\.02 an hour/m,
  );
  expect(stdout).not.toContain(cloud.env.AWS_SECRET_ACCESS_KEY);
  expect(fake.region.all).toEqual([]);
}, 300_000);

test('a machine on which nothing can be deployed is removed all the same', async () => {
  await using cloud = await cloudOfContainers();
  const { fake } = cloud;
  fake.fault({ call: /^PUT/, answer: 403, code: 'forbidden', times: 999 });
  fake.fault({ call: /^POST .servers$/, answer: 422, code: 'resource_limit_exceeded', times: 999 });
  const { stdout, stderr, code } = await smoke(['hetzner', '--endpoint', fake.endpoint], {
    HCLOUD_TOKEN: fake.token,
  });
  expect(code).toBe(1);
  expect(stderr).toMatch(
    /^error: One machine, and examples\/hello on it: the step ended: failure\./m,
  );
  expect(stdout).toContain('==> Nothing is left in the project that was not there before.');
  expect(fake.project.all).toEqual([]);
}, 120_000);

test.each([
  ['without a token', ['hetzner'], /^error: the variable HCLOUD_TOKEN is not set/m],
  [
    'without a token of the other cloud',
    ['digitalocean'],
    /^error: the variable DIGITALOCEAN_ACCESS_TOKEN is not set/m,
  ],
  [
    'without credentials for AWS',
    ['amazonec2'],
    /^error: the variable AWS_ACCESS_KEY_ID is not set: give AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION$/m,
  ],
  ['without a driver', [], /^error: no driver: give one of: hetzner, digitalocean, amazonec2$/m],
  [
    'with a driver of no cloud',
    ['docker'],
    /^error: docker: give one of: hetzner, digitalocean, amazonec2$/m,
  ],
])('it is refused %s', async (_name, args, message) => {
  const { stderr, code } = await smoke(args, {
    ...{ HCLOUD_TOKEN: '', DIGITALOCEAN_ACCESS_TOKEN: '', AWS_ACCESS_KEY_ID: '' },
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(message);
});
