import { expect, test } from '@jest/globals';
import type { Work } from '../../../../src/machines/digitalocean/api/work.ts';
import { destroyCluster } from '../../../../src/machines/digitalocean/destroy.ts';
import { listClusters } from '../../../../src/machines/digitalocean/find.ts';
import { renew } from '../../../../src/machines/digitalocean/renew.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import {
  digitaloceanTrial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/digitalocean-cluster.ts';
import { FAULT_KINDS, testCloudFaults } from '../../../support/clouds/test-cloud-faults.ts';

const besideTwin = testCloudFaults<Work, Trial>({
  vendor: 'DigitalOcean',
  kinds: [...FAULT_KINDS, ['429', { answer: 429, code: 'too_many_requests' }]],
  most: 3,
  pathOf: (path) => path.replace(/^(\/v2\/\w+\/)[^/]+/, '$1N'),
  rest: '/[^/]+',
  start: () => digitaloceanTrial({ lingerMs: 3_000, applyMs: 3_000 }),
  ...{ owner: OWNER, twin: TWIN },
  make: (trial, owner, machines) => makeCluster(trial.work(), owner, machines),
  up,
  destroy: destroyCluster,
  clusters: listClusters,
  all: ({ fake }) => fake.account.all,
  noun: 'droplet',
  outage: { call: /^DELETE .v2.droplets/, answer: 503, times: 20 },
  outageMs: 60_000,
});

async function up(trial: Trial, renewed: Owner): Promise<void> {
  await makeCluster(trial.work(), OWNER, 2);
  await renew(trial.work(), renewed);
}

test('an order that is taken long after its answer was lost becomes no second machine', async () => {
  await using trial = await digitaloceanTrial({ lagMs: 15_000, bootMs: 30_000 });
  trial.fake.fault({ call: /^POST .v2.droplets$/, answer: 'lost', isDone: true });
  await makeCluster(trial.work(), OWNER, 1);
  // It was ordered again, as nothing was listed; then both were, and the younger went.
  expect(trial.fake.account.all.filter((one) => one.startsWith('droplet'))).toEqual([
    'droplet su-42-shop-1',
  ]);
  expect(trial.lines).toEqual([
    expect.stringMatching(/^Two droplets were made for one machine; the younger is removed: /),
  ]);
});

test('what stays is named with its id and its page, and the tags stay with it', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({ call: /^DELETE .v2.droplets/, answer: 422, code: 'busy', times: 999 });
  const ids = [...trial.fake.account.droplets.values()]
    .filter(({ name }) => name.startsWith('su-42'))
    .map(({ id }) => id);
  const text = (at: number) =>
    `droplet su-42-shop-${at + 1} (${ids[at]}, https://cloud.digitalocean.com/droplets/${ids[at]})`;
  await expect(destroyCluster(trial.work(120_000), OWNER)).rejects.toMatchObject({
    message: `Cluster shop could not be removed completely: ${text(0)}, ${text(1)} left.`,
    details: expect.stringContaining('DELETE /droplets ended with busy'),
    hint: expect.stringContaining('https://cloud.digitalocean.com'),
  });
  expect(trial.fake.account.tags).toContain('su:42:shop');
});

test('a scope that only the removal needs is named at once', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({ call: /^DELETE .v2.tags/, answer: 403, code: 'forbidden', times: 999 });
  const from = trial.now();
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toMatchObject({
    message: expect.stringMatching(/^Cluster shop could not be removed completely: tag su:42:shop/),
    details: expect.stringContaining('the token lacks the scope tag:delete'),
  });
  expect(trial.now() - from).toBeLessThan(30_000);
  expect(trial.fake.account.all.filter((one) => /^(droplet|firewall) su-42/.test(one))).toEqual([]);
});

test('a token that is not known ends up and removal at once', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({ call: /./, answer: 401, code: 'unauthorized', times: 999 });
  const message = /: DigitalOcean does not know the token\.$/;
  await expect(makeCluster(trial.work(), OWNER, 3)).rejects.toThrow(message);
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toThrow(message);
});
