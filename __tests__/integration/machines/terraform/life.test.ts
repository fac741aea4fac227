import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { describeError } from '../../../../src/base/errors.ts';
import type { MachineDriver } from '../../../../src/machines/driver.ts';
import { memoryBackend } from '../../../support/terraform/fake-terraform.ts';
import { failure, NAME, OWNER, terraformTrial } from '../../../support/terraform/trial.ts';

// The driver with the stand-in of this process.

const namesOf = async (driver: MachineDriver) => (await driver.list(OWNER)).map((one) => one.name);

test('a cluster is made by one apply, found by another step, grows, shrinks, and goes', async () => {
  using trial = terraformTrial();
  const first = trial.driver();
  await first.prepare?.(trial.spec(2), trial.signal);
  expect(await first.create(trial.spec(2), 2, trial.signal)).toMatchObject({
    ...{ name: 'shop-2', state: 'running', address: '192.0.2.102', owner: OWNER },
  });
  expect([...trial.machines]).toEqual(['su-42-shop-1', 'su-42-shop-2']);
  expect(trial.asked.filter(({ words }) => words.includes('destroy'))).toEqual([]);

  const later = trial.driver();
  const keyOf = async () => (await later.list(OWNER))[0]?.labels['swarm-up.host-key'];
  const key = await keyOf();
  expect(key).toMatch(/^ssh-ed25519 /);
  const until = '2026-12-09T00:00:00Z';
  await later.renew({ ...OWNER, expires: until }, trial.signal);
  expect(await later.clusters(trial.signal)).toMatchObject([
    {
      owner: { ...OWNER, expires: until },
      parts: ['machine su-42-shop-1', 'machine su-42-shop-2', 'state su-42-shop'],
    },
  ]);
  await later.prepare?.(trial.spec(3), trial.signal);
  expect(await namesOf(later)).toEqual(['shop-1', 'shop-2', 'shop-3']);
  expect(await keyOf()).toBe(key);
  const [, second] = await later.list(OWNER);
  if (!second) throw new Error('There are three.');
  await later.destroy(second);
  await later.destroy(second);
  expect([...trial.machines]).toEqual(['su-42-shop-1', 'su-42-shop-3']);

  await later.destroyCluster(OWNER);
  expect(await later.isGone(OWNER)).toBe(true);
  await later.destroyCluster(OWNER);
  expect([trial.backend.list(), [...trial.machines]]).toEqual([[], []]);
  expect(trial.lines.filter((line) => line.startsWith('warning'))).toEqual([]);
});

test('before a machine is made, the state says whose it is and what its host key is', async () => {
  using trial = terraformTrial();
  for (const machines of [1, 2]) {
    trial.asked.length = 0;
    await trial.driver().prepare?.(trial.spec(machines), trial.signal);
    const changing = trial.asked
      .map(({ words }) => words.slice(1))
      .filter(([command]) => command === 'apply' || command === 'plan')
      .map(([command, , target = '']) => `${command} ${/^-target/.exec(target)?.[0] ?? ''}`.trim());
    expect(changing).toEqual(['apply -target', 'plan', 'apply']);
  }
});

test('a dry run says what would be made, and makes nothing', async () => {
  using trial = terraformTrial();
  const dry = trial.driver({ isDryRun: true });
  const planned = await dry.plan?.(trial.signal, trial.wanted(2));
  expect(planned?.[0]).toContain('with terraform 1.11.4; state su-42-shop, backend s3');
  expect(planned?.slice(1).toSorted()).toEqual([
    'create terraform_data.firewall',
    'create terraform_data.machine["shop-1"]',
    'create terraform_data.machine["shop-2"]',
    'create terraform_data.swarm_up',
  ]);
  expect(trial.backend.list()).toEqual([]);
  expect(readdirSync(trial.module)).toEqual(['main.tf']);
  await trial.driver().prepare?.(trial.spec(2), trial.signal);
  expect((await dry.plan?.(trial.signal, trial.wanted(3)))?.slice(1)).toEqual([
    'update terraform_data.swarm_up',
    'create terraform_data.machine["shop-3"]',
  ]);
  await expect(dry.destroyCluster(OWNER)).rejects.toThrow('The dry run refused');
});

test('secrets are in no argument, in no log, and in no file afterwards', async () => {
  using trial = terraformTrial({ options: { variables: { network: '198.51.100' } } });
  await trial.driver().prepare?.(trial.spec(1), trial.signal);
  const argv = trial.asked.flatMap(({ words }) => words).join('\n');
  expect(`${argv}\n${trial.lines.join('\n')}`).not.toMatch(/PRIVATE KEY|198\.51\.100/);
  expect(trial.asked.every(({ options }) => 'INPUT_TOKEN' in (options.env ?? {}))).toBe(true);
  expect(trial.asked[0]?.options.env?.INPUT_TOKEN).toBeUndefined();
  const temp = join(trial.folder, 'temp/swarm-up-terraform');
  expect(readdirSync(temp).filter((name) => name.startsWith('run-'))).toEqual([]);
});

test.each([
  [
    ...['planned_change', 'replace'],
    'The plan would take away machines that are to stay: cloud_server.machine["shop-1"] (replace).',
    'ignore_changes = [user_data]',
  ],
  [
    ...['planned_change', 'delete'],
    'The plan would take away machines that are to stay: cloud_server.machine["shop-1"] (delete).',
    'concurrency',
  ],
  [
    ...['resource_drift', 'delete'],
    'What machines consist of was removed without Terraform: cloud_server.machine["shop-1"].',
    'command: down',
  ],
])(
  'a plan with a %s to %s of a machine that is to stay is not applied',
  async (type, action, message, hint) => {
    using first = terraformTrial();
    await first.driver().prepare?.(first.spec(1), first.signal);
    const change = {
      resource: { addr: 'cloud_server.machine["shop-1"]', resource_key: 'shop-1' },
      action,
    };
    const line = JSON.stringify({ type, '@message': '', change });
    using trial = terraformTrial({
      backend: first.backend,
      said: { plan: { exitCode: 0, stdout: line } },
    });
    const error = await failure(trial.driver().renew({ ...OWNER, expires: 'x' }, trial.signal));
    expect(error.message).toBe(message);
    expect(error.hint).toContain(hint);
    expect(trial.asked.some(({ words }) => words.includes('apply'))).toBe(false);
  },
);

test('what was begun and not finished is made anew', async () => {
  using trial = terraformTrial();
  await trial.driver().prepare?.(trial.spec(1), trial.signal);
  const text = trial.backend.read(NAME) ?? '';
  trial.backend.write(NAME, JSON.stringify({ ...JSON.parse(text), outputs: {} }));
  const driver = trial.driver();
  const [before] = await driver.list(OWNER);
  expect(before?.state).toBe('stopped');
  await driver.prepare?.(trial.spec(1), trial.signal);
  // As the way up does with what it has found.
  if (before) await driver.destroy(before);
  const after = await driver.create(trial.spec(1), 1, trial.signal);
  expect(after.state).toBe('running');
  expect(after.labels['swarm-up.host-key']).not.toBe(before?.labels['swarm-up.host-key']);
});

test.each([
  [{ resources: [] }, 'The module has no resource terraform_data.swarm_up.'],
  [{}, 'The module keeps something else in terraform_data.swarm_up than it is given.'],
])('a module that does not keep whose the machines are makes none: %#', async (more, message) => {
  const backend = memoryBackend();
  using trial = terraformTrial({
    backend,
    said: {
      pull: {
        exitCode: 0,
        stdout: JSON.stringify({
          ...{ version: 4, lineage: 'l', outputs: {} },
          resources: [
            {
              ...{ mode: 'managed', type: 'terraform_data', name: 'swarm_up' },
              instances: [{ attributes: { input: { value: OTHER } } }],
            },
          ],
          ...more,
        }),
      },
    },
  });
  const error = await failure(
    Promise.resolve(trial.driver().prepare?.(trial.spec(1), trial.signal)),
  );
  expect(error.message).toBe(message);
  expect([...trial.machines]).toEqual([]);
});

const OTHER = {
  ...{ name: NAME, cluster: 'shop', repository: '42', expires: null, created: '' },
  ...{ labels: {}, ports: [], machines: {} },
};

test('an error of the module is told at its file and line', async () => {
  const diagnostic = {
    ...{ severity: 'error', summary: 'Unsupported argument', detail: 'Not here.' },
    range: { filename: 'main.tf', start: { line: 7 } },
  };
  const stdout = JSON.stringify({ type: 'diagnostic', '@message': '', diagnostic });
  using trial = terraformTrial({ said: { plan: { stdout } } });
  const error = await failure(
    Promise.resolve(trial.driver().prepare?.(trial.spec(1), trial.signal)),
  );
  expect(error.message).toBe('`terraform plan` failed in su-42-shop: Unsupported argument');
  expect(error.details).toMatch(/main\.tf:7: Unsupported argument\. Not here\.$/);
});

test('a program that is too old, none, or another, is named', async () => {
  const versions = async (said: object) => {
    using trial = terraformTrial({ said: { version: { exitCode: 0, ...said } } });
    return (await failure(trial.driver().check(trial.signal, trial.wanted(1)))).message;
  };
  expect(await versions({ stdout: '{"terraform_version":"1.3.9"}' })).toContain('1.3.9 is too old');
  expect(await versions({ stdout: 'Python 3' })).toContain('did not say its version');
  using none = terraformTrial({ binary: '/nowhere/terraform' });
  const error = await failure(none.driver().check(none.signal, none.wanted(1)));
  expect(describeError(error)).toContain(
    'Terraform was not found on the runner: /nowhere/terraform',
  );
  expect(error.hint).toContain('hashicorp/setup-terraform');
  using missing = terraformTrial({ options: { module: '/nowhere/module' } });
  const folder = await failure(missing.driver().check(missing.signal, missing.wanted(1)));
  expect(folder.message).toBe('The folder of the module was not found: /nowhere/module');
  expect(existsSync('/nowhere')).toBe(false);
});
