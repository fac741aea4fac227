import { expect, test } from '@jest/globals';
import { memoryBackend } from '../../../support/terraform/fake-terraform.ts';
import { failure, NAME, OWNER, terraformTrial } from '../../../support/terraform/trial.ts';

// What becomes of a cluster whose state is lost, or would be: with the stand-in of this process.

test('a state on the runner is refused if the machines stay', async () => {
  const backend = memoryBackend('local');
  using trial = terraformTrial({ backend });
  const stays = trial.driver({ teardown: 'never' });
  const error = await failure(stays.check(trial.signal, trial.wanted(1)));
  expect(error.message).toBe(
    'The state of the module is a file on the runner, and `teardown: never` keeps the machines.',
  );
  expect(trial.backend.list()).toEqual([]);
  for (const teardown of ['auto', 'always']) {
    await trial.driver({ teardown }).check(trial.signal, trial.wanted(1));
  }
  using kept = terraformTrial({ backend, options: { 'allow-local-state': true } });
  await kept.driver({ teardown: 'never' }).check(kept.signal, kept.wanted(1));
});

test.each(['local', 's3'])('a state that is emptied by hand is no success (%s)', async (type) => {
  const backend = memoryBackend(type);
  using trial = terraformTrial({ backend });
  await trial.driver().prepare?.(trial.spec(1), trial.signal);
  const state = JSON.parse(backend.states.get(NAME) ?? '');
  backend.states.set(NAME, JSON.stringify({ ...state, resources: [] }));
  const error = await failure(trial.driver().destroyCluster(OWNER));
  expect(error.message).toBe(
    'The state su-42-shop was lost, so its machines could not be removed.',
  );
  expect(error.details).toBe('It has outputs, and no resources.');
  // One that was made anew is known by its lineage, as long as the job lasts.
  const other = { ...state, resources: [], outputs: {}, lineage: 'other' };
  backend.states.set(NAME, JSON.stringify(other));
  expect((await failure(trial.driver().destroyCluster(OWNER))).details).toContain('another state');
  expect([...trial.machines]).toEqual(['su-42-shop-1']);
});

test('a file that is gone is no success: not for a removal, and not for the next `up`', async () => {
  const backend = memoryBackend('local');
  using trial = terraformTrial({ backend });
  await trial.driver().prepare?.(trial.spec(1), trial.signal);
  backend.states.clear();
  expect(await trial.driver().isGone(OWNER)).toBe(false);
  const removal = await failure(trial.driver().destroyCluster(OWNER));
  expect(removal.message).toContain('The state su-42-shop was lost');
  expect(removal.hint).toContain('Look in the cloud for what is called su-42-shop');
  const again = await failure(
    Promise.resolve(trial.driver().prepare?.(trial.spec(1), trial.signal)),
  );
  expect(again.message).toContain('The state su-42-shop was lost');
});

test('a remote state that is gone may have been removed by another run: it is told', async () => {
  const backend = memoryBackend();
  using trial = terraformTrial({ backend });
  await trial.driver().prepare?.(trial.spec(1), trial.signal);
  backend.states.clear();
  await trial.driver().destroyCluster(OWNER);
  expect(trial.lines.at(-1)).toMatch(/^warning: The state su-42-shop is gone\. .* it was lost/);
});

test('a state that lost its resources while Terraform removed nothing is no success', async () => {
  using trial = terraformTrial({
    said: { destroy: { exitCode: 0, stdout: '' } },
  });
  await trial.driver().prepare?.(trial.spec(1), trial.signal);
  const error = await failure(trial.driver().destroyCluster(OWNER));
  expect(error.message).toMatch(/^Cluster shop could not be removed completely: terraform_data\./);
});

test('a workspace that does not say whose it is: told, listed, and not built upon', async () => {
  const backend = memoryBackend();
  using trial = terraformTrial({ backend });
  const resource = { mode: 'managed', type: 'a', name: 'b', instances: [{}] };
  const state = { version: 4, serial: 1, lineage: 'l', outputs: {}, resources: [resource] };
  backend.states.set(NAME, JSON.stringify(state));
  const driver = trial.driver();
  expect(await driver.clusters(trial.signal)).toMatchObject([{ owner: { cluster: 'shop' } }]);
  expect(trial.lines.at(-1)).toContain('The state su-42-shop does not say whose it is');
  const error = await failure(Promise.resolve(driver.prepare?.(trial.spec(1), trial.signal)));
  expect(error.message).toBe(
    'The state su-42-shop has resources, and does not say whose they are.',
  );
});
