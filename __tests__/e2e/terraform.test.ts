import { cpSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { privilegeFlags } from '../../src/machines/docker/commands.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { NODE_IMAGE } from '../support/sshd.ts';
import { PROGRAM } from '../support/terraform/program.ts';
import { MODULE } from '../support/terraform/steps.ts';
import { until } from '../support/until.ts';

// The bundle with a module that makes host containers. TERRAFORM names the real program.

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const LATER = { GITHUB_RUN_ID: '2' };
const MACHINE = join(import.meta.dirname, '../support/terraform/host-machine.ts');
const FLAGS = ['--tmpfs=/run', '--tmpfs=/tmp:exec', '--volume=/var/lib/docker'];

/** A network of containers, and a module that makes them there; its state is a file beside it. */
async function hostModule(subnet: string) {
  const folder = mkdtempSync(join(tmpdir(), 'host-module-'));
  const module = join(folder, 'module');
  const network = `host-module-${folder.slice(-6)}`;
  cpSync(MODULE, module, { recursive: true });
  await docker('network', 'create', `--subnet=${subnet}.0/24`, network);
  const program = `${process.execPath} --disable-warning=MODULE_TYPELESS_PACKAGE_JSON ${MACHINE}`;
  const options = {
    ...{ module, binary: PROGRAM, 'allow-local-state': true },
    variables: { program, network: subnet, user: 'root' },
  };
  return {
    folder,
    inputs: { driver: 'terraform', 'driver-options': JSON.stringify(options) },
    env: {
      ...{ NODE: process.execPath, MACHINE_NETWORK: network, MACHINE_IMAGE: NODE_IMAGE },
      MACHINE_FLAGS: JSON.stringify([...privilegeFlags('capabilities'), ...FLAGS]),
      HOLD: join(folder, 'hold'),
    },
    /** Machines, and workspaces. */
    all: async () => {
      const containers = await docker(
        'ps',
        '--all',
        `--filter=network=${network}`,
        '--format={{.Names}}',
      );
      const states = join(module, 'terraform.tfstate.d');
      return [
        ...containers.split('\n').filter(Boolean).toSorted(),
        ...(existsSync(states) ? readdirSync(states) : []),
      ];
    },
    [Symbol.asyncDispose]: async () => {
      await docker('network', 'rm', network);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function textOf(run: ActionRun): string {
  const text = run.lines.join('\n');
  if (process.env.SHOW_LOG) console.log(`${text}\n--- summary\n${run.summary}`);
  return text;
}

test('a preview that stays: planned, made, found and scaled by another run, swept', async () => {
  await using host = await hostModule('10.213.7');
  await using cluster = testCluster('tf');
  const { env } = host;
  const later = { ...env, ...LATER };
  const found = { ...host.inputs, 'ssh-private-key': generateKeyPair('').privateKey };
  const given = { ...found, images: HELLO_IMAGE, nodes: '1', teardown: 'never', ttl: '72h' };
  cluster.write(
    'compose.yaml',
    `name: shop\nservices: {web: {image: ${HELLO_IMAGE}, stop_grace_period: 0s, ports: [{target: 8080, published: 8080, mode: host}], deploy: {mode: global}}}\n`,
  );
  const machine = (index: number) => `su-4711-${cluster.name}-${index}`;
  const state = `su-4711-${cluster.name}`;

  const planned = await cluster.up({ ...given, 'dry-run': 'true' }, env);
  expect(textOf(planned)).toContain(`create terraform_data.machine["${cluster.name}-1"]`);
  expect(planned.conclusion).toBe('success');
  expect(await host.all()).toEqual([]);

  const made = await cluster.up({ ...given, verify: '8080/' }, env);
  expect(textOf(made)).toMatch(/web {2}8080 .*answers/);
  expect(textOf(made)).not.toContain('PRIVATE KEY');
  expect(textOf(await cluster.post(made, given, 'success', env))).toContain('`teardown: never`');
  expect(await host.all()).toEqual([machine(1), state]);
  const [first] = (await docker('inspect', '--format={{.Id}}', machine(1))).split('\n');

  const again = await cluster.up({ ...given, nodes: '2', ttl: '1s' }, later);
  expect(again.conclusion).toBe('success');
  expect(await docker('inspect', '--format={{.Id}}', machine(1))).toBe(first);
  expect(await host.all()).toEqual([machine(1), machine(2), state]);

  const swept = await cluster.up({ ...host.inputs, command: 'sweep' }, later);
  expect(textOf(swept)).toContain(`Cluster ${cluster.name} was removed: ttl ended`);
  expect(swept.conclusion).toBe('success');
  expect(await host.all()).toEqual([]);
}, 300_000);

test('main is killed while Terraform makes a machine: post waits for it, and removes what it made', async () => {
  await using host = await hostModule('10.213.8');
  await using cluster = testCluster('tf-kill');
  const given = { ...host.inputs, nodes: '1', 'compose-file': '-' };
  writeFileSync(host.env.HOLD, '');
  const main = cluster.start(given, host.env);
  await until('a machine is being made', () => existsSync(`${host.env.HOLD}.held`));
  main.kill();
  const ended = await main.result;
  rmSync(host.env.HOLD);
  const post = await cluster.post(ended, given, 'failure', host.env);
  expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect(post.conclusion).toBe('success');
  expect(await host.all()).toEqual([]);
}, 180_000);
