import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { privilegeFlags } from '../../src/machines/docker/commands.ts';
import { testCluster } from '../support/cluster.ts';
import { machinesIn } from '../support/docker-machine/stand-in.ts';
import { docker } from '../support/engine.ts';
import { NODE_IMAGE } from '../support/sshd.ts';
import { until } from '../support/until.ts';

// The bundle with a stand-in for docker-machine, which answers as its transcript has it, and whose
// machines are host containers.

const LATER = { GITHUB_RUN_ID: '2' };
const FLAGS = ['--tmpfs=/run', '--tmpfs=/tmp:exec', '--volume=/var/lib/docker'];
const PROGRAM = join(import.meta.dirname, '../support/docker-machine/program.ts');

function standInProgram() {
  const folder = mkdtempSync(join(tmpdir(), 'docker-machine-'));
  const storage = join(folder, 'storage');
  const binary = join(folder, 'docker-machine');
  const node = [process.execPath, '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON', PROGRAM];
  writeFileSync(binary, `#!/bin/sh\nexec ${node.join(' ')} "$@"\n`);
  chmodSync(binary, 0o755);
  const options = { driver: 'digitalocean', 'storage-path': storage, binary };
  return {
    ...{ folder, storage },
    inputs: { driver: 'docker-machine', 'driver-options': JSON.stringify(options) },
    env: {
      ...{ DOCKER_MACHINE_PROVIDER: folder, DOCKER_MACHINE_IMAGE: NODE_IMAGE },
      DOCKER_MACHINE_FLAGS: JSON.stringify([...privilegeFlags('capabilities'), ...FLAGS]),
      DIGITALOCEAN_ACCESS_TOKEN: 'dop_v1_of_the_test',
    },
    /** Containers, machines of docker-machine, and records. */
    all: async () => {
      const filter = `--filter=label=docker-machine=${basename(folder)}`;
      const containers = await docker('ps', '--all', filter, '--format={{.Names}}');
      const records = join(storage, 'swarm-up');
      return [
        ...containers.split('\n').filter(Boolean),
        ...machinesIn(storage),
        ...(existsSync(records) ? readdirSync(records) : []),
      ];
    },
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function textOf(run: ActionRun): string {
  const text = run.lines.join('\n');
  if (process.env.SHOW_LOG) console.log(`${text}\n--- summary\n${run.summary}`);
  return text;
}

test('a cluster that stays: planned, made, found by another run, and removed there', async () => {
  await using cluster = testCluster('dm');
  using program = standInProgram();
  const { env } = program;
  const name = `su-4711-${cluster.name}-1`;
  const given = {
    ...program.inputs,
    nodes: '1',
    'compose-file': '-',
    teardown: 'never',
    ttl: '72h',
  };

  const planned = await cluster.up({ ...given, 'dry-run': 'true' }, env);
  expect(textOf(planned)).toContain('1 × docker-machine dev, driver digitalocean');
  expect(planned.conclusion).toBe('success');
  expect(await program.all()).toEqual([]);

  const made = await cluster.up(given, env);
  expect(textOf(made)).toContain(`${name}: Docker is up and running!`);
  expect(made.conclusion).toBe('success');
  const record = join(program.storage, 'swarm-up', `${name}.json`);
  expect(statSync(record).mode & 0o077).toBe(0);
  expect(readFileSync(record, 'utf8')).not.toContain('PRIVATE KEY');
  expect(await program.all()).toEqual([name, name, `${name}.json`]);
  expect(textOf(await cluster.post(made, given, 'success', env))).toContain('`teardown: never`');

  const later = { ...env, ...LATER };
  const again = await cluster.up(given, later);
  expect(again.conclusion).toBe('success');
  expect(await program.all()).toHaveLength(3);
  const down = await cluster.up({ ...program.inputs, command: 'down' }, later);
  expect(textOf(down)).toContain(`machine ${name}`);
  expect(await program.all()).toEqual([]);
}, 120_000);

test('main is killed while docker-machine asks its provider: post waits for it, and removes the machine', async () => {
  await using cluster = testCluster('dm-kill');
  using program = standInProgram();
  const given = { ...program.inputs, nodes: '1', 'compose-file': '-' };
  const hold = join(program.folder, 'hold before driver');
  writeFileSync(hold, '');
  const main = cluster.start(given, program.env);
  await until('docker-machine is at work', () => existsSync(join(program.folder, 'held')));
  main.kill();
  const ended = await main.result;
  const post = cluster.post(ended, given, 'failure', program.env);
  // Until then post has nothing to remove, and says so.
  setTimeout(() => rmSync(hold), 2_000);
  expect(textOf(await post)).toContain('-1 is still being made by a run that has ended');
  expect(textOf(await post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
  expect((await post).conclusion).toBe('success');
  expect(await program.all()).toEqual([]);
}, 120_000);
