import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { destroyCluster, destroyDroplet } from '../../../../src/machines/digitalocean/destroy.ts';
import { listClusters, listMachines } from '../../../../src/machines/digitalocean/find.ts';
import { digitaloceanOptions } from '../../../../src/machines/digitalocean/options.ts';
import { listDroplets } from '../../../../src/machines/digitalocean/owned.ts';
import { ensureTag } from '../../../../src/machines/digitalocean/owner-tags.ts';
import { preflight } from '../../../../src/machines/digitalocean/preflight.ts';
import { renew } from '../../../../src/machines/digitalocean/renew.ts';
import type { FakeDigitalocean } from '../../../support/clouds/digitalocean.ts';
import {
  digitaloceanTrial,
  makeCluster,
  OWNER,
  type Trial,
} from '../../../support/clouds/digitalocean-cluster.ts';
import { type ValidatingProxy, validatingProxy } from '../../../support/clouds/validating-proxy.ts';

const STRUCTURE = join(import.meta.dirname, '../../../fixtures/clouds/digitalocean-structure.json');
const WANTED = { cluster: OWNER, machines: 2, ttlMs: undefined };

/** `DELETE /v2/droplets/{}` of a line of the journal, or of the description. */
function callOf(line: string): string {
  const [method, path = ''] = line.split(/[ ?]/);
  return `${method} ${path.replace(/^(\/v2\/\w+\/)[^/]+/, '$1{}')}`;
}

async function besideProxy(): Promise<{ trial: Trial; proxy: ValidatingProxy }> {
  const started = Promise.withResolvers<ValidatingProxy>();
  const before = async (fake: FakeDigitalocean) => {
    const proxy = await validatingProxy(STRUCTURE, fake.address);
    started.resolve(proxy);
    return `${proxy.endpoint}/v2`;
  };
  const trial = await digitaloceanTrial({ lingerMs: 3_000, applyMs: 3_000 }, before);
  return { trial, proxy: await started.promise };
}

test('each call and each answer of a whole life is as DigitalOcean describes it', async () => {
  const { trial, proxy } = await besideProxy();
  await using _trial = trial;
  await using _proxy = proxy;
  const options = digitaloceanOptions.parse({ 'vpc-uuid': '5a4981aa-9653-4bd1-bef5-d6bff5204200' });
  await preflight(trial.work(), options, WANTED);
  await preflight(trial.work(), { ...options, image: '4', size: ['s-2vcpu-2gb'] }, WANTED);
  const made = await makeCluster(trial.work(), OWNER, 2, { ports: [80, 81, 443] });
  await makeCluster(trial.work(), OWNER, 2, { ports: [81] });
  expect(await listMachines(trial.work(), OWNER)).toEqual(made);
  await renew(trial.work(), { ...OWNER, expires: '2026-12-09T12:00:00Z' });
  await ensureTag(trial.work(), 'su:42:shop');
  expect(await listClusters(trial.work())).toHaveLength(1);
  // An answer with a refusal is described, too.
  for (const size of ['s-1vcpu-2gb', 's-2vcpu-2gb']) trial.fake.account.full.add(`${size} in fra1`);
  await expect(makeCluster(trial.work(), OWNER, 3)).rejects.toThrow('no room for shop-3');
  const [first] = await listDroplets(trial.work(), OWNER);
  if (first) await destroyDroplet(trial.work(), first);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.account.all).toEqual([]);
  expect(proxy.violations).toEqual([]);

  const called = new Set(trial.fake.journal.map(callOf));
  const { default: structure } = await import(STRUCTURE, { with: { type: 'json' } });
  const described = Object.entries<object>(structure.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => callOf(`${method.toUpperCase()} ${path}`)),
  );
  expect([...called].sort()).toEqual(described.sort());
});

test('what does not fit is found on both sides', async () => {
  const { trial, proxy } = await besideProxy();
  await using _trial = trial;
  await using _proxy = proxy;
  const { api } = trial.work(20_000);
  await expect(api.createTag('not a tag')).rejects.toMatchObject({
    ...{ httpStatus: 422, details: expect.stringMatching(/name/) },
  });
  trial.fake.account.tags.add('not a tag');
  await expect(api.tags()).rejects.toMatchObject({
    ...{ httpStatus: 500, details: expect.stringMatching(/pattern/) },
  });
  expect(new Set(proxy.violations)).toEqual(
    new Set([expect.stringMatching(/^post .v2.tags: /), expect.stringMatching(/^get .v2.tags: /)]),
  );
});

test.each([
  ['POST', 'droplets', { name: 3 }],
  ['POST', 'droplets', { name: 'a', size: 's-1vcpu-2gb', image: 'a', tag: ['misspelt'] }],
  ['POST', 'firewalls', { name: 'su_42', inbound_rules: [] }],
  ['PUT', 'firewalls/bb4b2611-3d72-467b-8602-280330ecd65c', { name: 'a', inbound_rules: 3 }],
  ['POST', 'tags/su:42:shop/resources', { resources: [{ resource_type: 'firewall' }] }],
  ['GET', 'droplets?per_page=201', undefined],
])('%s %s with another body is no call of DigitalOcean', async (method, path, body) => {
  const { trial, proxy } = await besideProxy();
  await using _trial = trial;
  await using _proxy = proxy;
  const answer = await fetch(`${proxy.endpoint}/v2/${path}`, {
    method,
    headers: { authorization: 'Bearer any', 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  expect(answer.status).toBe(422);
  expect(trial.fake.journal).toEqual([]);
});
