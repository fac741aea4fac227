import { expect, test } from '@jest/globals';
import type { Work } from '../../../../src/machines/hetzner/api/work.ts';
import { destroyCluster } from '../../../../src/machines/hetzner/destroy.ts';
import { listClusters } from '../../../../src/machines/hetzner/find.ts';
import { renew } from '../../../../src/machines/hetzner/renew.ts';
import type { Owner } from '../../../../src/machines/ownership.ts';
import {
  hetznerTrial,
  makeCluster,
  OWNER,
  type Trial,
  TWIN,
} from '../../../support/clouds/hetzner-cluster.ts';
import { FAULT_KINDS, testCloudFaults } from '../../../support/clouds/test-cloud-faults.ts';

const besideTwin = testCloudFaults<Work, Trial>({
  vendor: 'Hetzner',
  kinds: [
    ...FAULT_KINDS,
    ['429', { answer: 429, code: 'rate_limit_exceeded' }],
    ['a conflict', { answer: 409, code: 'conflict' }],
  ],
  most: 3,
  pathOf: (path) => path.replace(/\d+/g, 'N'),
  rest: '/\\d+',
  start: () => hetznerTrial({ lingerMs: 3_000, releaseMs: 3_000 }),
  ...{ owner: OWNER, twin: TWIN },
  make: (trial, owner, machines) => makeCluster(trial.work(), owner, machines),
  up,
  destroy: destroyCluster,
  clusters: listClusters,
  all: ({ fake }) => fake.project.all,
  noun: 'server',
  outage: { call: /./, answer: 503, times: 20 },
  outageMs: 60_000,
});

async function up(trial: Trial, renewed: Owner): Promise<void> {
  await makeCluster(trial.work(), OWNER, 2);
  await renew(trial.work(), renewed);
}

test('what stays at the deadline is named, with what Hetzner said', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({
    call: /^DELETE .firewalls/,
    answer: 422,
    code: 'resource_in_use',
    times: 999,
  });
  const [firewall] = [...trial.fake.project.firewalls.values()].filter((one) =>
    one.name.includes('-42-'),
  );
  await expect(destroyCluster(trial.work(120_000), OWNER)).rejects.toMatchObject({
    message: `Cluster shop could not be removed completely: firewall su-42-shop (${firewall?.id}) left.`,
    details: expect.stringContaining('resource_in_use'),
    hint: expect.stringContaining('https://console.hetzner.com/projects'),
  });
});

test('a server that is protected is named at once', async () => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  trial.fake.fault({ call: /^DELETE .servers/, answer: 403, code: 'protected', times: 999 });
  const from = trial.now();
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toThrow(/server su-42-shop-1 \(\d+\)/);
  expect(trial.now() - from).toBeLessThan(10_000);
});

test.each([
  ['may only read', 'readsOnly', /: the token may only read\.$/],
  ['is not known', 'unknown', /: Hetzner does not know the token\.$/],
])('a token that %s ends up and removal at once', async (_, what, message) => {
  const { trial } = await besideTwin();
  await using _trial = trial;
  await up(trial, OWNER);
  if (what === 'readsOnly') trial.fake.readsOnly = true;
  else trial.fake.fault({ call: /./, answer: 401, code: 'unauthorized', times: 999 });
  await expect(makeCluster(trial.work(), OWNER, 3)).rejects.toThrow(message);
  await expect(destroyCluster(trial.work(), OWNER)).rejects.toThrow(message);
});
