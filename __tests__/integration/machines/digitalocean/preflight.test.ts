import { expect, test } from '@jest/globals';
import { digitaloceanOptions } from '../../../../src/machines/digitalocean/options.ts';
import { preflight } from '../../../../src/machines/digitalocean/preflight.ts';
import {
  digitaloceanTrial,
  makeCluster,
  OWNER,
  TWIN,
} from '../../../support/clouds/digitalocean-cluster.ts';

const WANTED = { cluster: OWNER, machines: 1, ttlMs: undefined };
const FRA1 = '5a4981aa-9653-4bd1-bef5-d6bff5204200';
const NYC3 = '5a4981aa-9653-4bd1-bef5-d6bff5204203';

test.each([
  [{}, ['1 × s-1vcpu-2gb in fra1: about USD 0.02 an hour.']],
  [
    { size: 's-2vcpu-4gb', region: ['ams3', 'nyc3'] },
    ['1 × s-2vcpu-4gb in nyc3: about USD 0.04 an hour.'],
  ],
  [
    { image: 4, size: 's-2vcpu-2gb', region: ['ams3', 'fra1'] },
    ['1 × s-2vcpu-2gb in fra1: about USD 0.03 an hour.'],
  ],
  [{ image: 'docker-20-04' }, ['1 × s-1vcpu-2gb in fra1: about USD 0.02 an hour.']],
  [
    { region: ['ams3', 'fra1'], 'vpc-uuid': FRA1 },
    ['1 × s-1vcpu-2gb in fra1: about USD 0.02 an hour.'],
  ],
])('%j', async (given, facts) => {
  await using trial = await digitaloceanTrial();
  const found = await preflight(trial.work(), digitaloceanOptions.parse(given), WANTED);
  expect(found.facts).toEqual(facts);
  expect(trial.fake.account.all).toEqual([]);
});

test('a place without room is left out before anything is ordered', async () => {
  await using trial = await digitaloceanTrial();
  trial.fake.account.unavailable.add('s-1vcpu-2gb in fra1');
  const found = await preflight(trial.work(), digitaloceanOptions.parse({}), WANTED);
  expect(found.facts[1]).toBe('No room for s-1vcpu-2gb in fra1 at this moment.');
  expect(found.places).toEqual([
    { type: 's-1vcpu-2gb', location: 'ams3' },
    { type: 's-1vcpu-2gb', location: 'lon1' },
    { type: 's-2vcpu-2gb', location: 'fra1' },
    { type: 's-2vcpu-2gb', location: 'ams3' },
    { type: 's-2vcpu-2gb', location: 'lon1' },
  ]);
});

test.each([
  [{ region: 'fra2' }, 'driver-options: `region`: DigitalOcean has no fra2.', 'Is fra1 meant?'],
  [
    { size: 's-1vcpu-2g' },
    'driver-options: `size`: DigitalOcean has no s-1vcpu-2g.',
    'Is s-1vcpu-2gb meant?',
  ],
  [
    { image: 'debian-14-x64' },
    'driver-options: `image`: DigitalOcean has no image debian-14-x64.',
    'Is debian-13-x64 meant? A snapshot is given by its id.',
  ],
  [{ image: 77 }, 'driver-options: `image`: DigitalOcean has no image 77.', /by its id/],
  [
    { image: 'ubuntu-24-04-x64' },
    'driver-options: `image`: ubuntu-24-04-x64 is not in fra1, ams3, lon1.',
    /transfer the image/,
  ],
  [
    { image: 4, region: 'fra1' },
    'driver-options: `size`: the image my snapshot needs a disk of 55 GB, and s-1vcpu-2gb has 50 GB.',
    /larger sizes/,
  ],
  [
    { size: 's-2vcpu-4gb', region: 'ams3' },
    'DigitalOcean does not offer s-2vcpu-4gb in ams3.',
    /Change `region`/,
  ],
  [
    { 'vpc-uuid': NYC3 },
    'driver-options: `vpc-uuid`: the network is in nyc3, and `region` is fra1, ams3, lon1.',
    /region: nyc3/,
  ],
  [
    { 'vpc-uuid': NYC3.replace('bef5', 'bef6') },
    `driver-options: \`vpc-uuid\`: the account has no VPC network ${NYC3.replace('bef5', 'bef6')}.`,
    /networking\/vpc/,
  ],
])('%j is refused', async (given, message, hint) => {
  await using trial = await digitaloceanTrial();
  const asked = preflight(trial.work(), digitaloceanOptions.parse(given), WANTED);
  const expected = typeof hint === 'string' ? hint : expect.stringMatching(hint);
  await expect(asked).rejects.toMatchObject({ message, hint: expected });
});

test('no room anywhere is told before anything is ordered', async () => {
  await using trial = await digitaloceanTrial();
  trial.fake.account.unavailable.add('s-1vcpu-1gb in lon1');
  const options = digitaloceanOptions.parse({ size: 's-1vcpu-1gb', region: 'lon1' });
  await expect(preflight(trial.work(), options, WANTED)).rejects.toMatchObject({
    message: 'DigitalOcean has no room for any machine at this moment.',
    details: 'Tried: s-1vcpu-1gb in lon1',
  });
});

test('the droplet limit counts what the cluster has already', async () => {
  await using trial = await digitaloceanTrial({ dropletLimit: 4 });
  await makeCluster(trial.work(), TWIN, 1);
  await makeCluster(trial.work(), OWNER, 2);
  const options = digitaloceanOptions.parse({});
  await preflight(trial.work(), options, { ...WANTED, machines: 3 });
  await expect(preflight(trial.work(), options, { ...WANTED, machines: 4 })).rejects.toMatchObject({
    message: 'The account at DigitalOcean may not have so many droplets.',
    details: 'Limit 4, 3 used, 2 more wanted',
    hint: expect.stringMatching(/command: sweep/),
  });
});

test('a locked account is refused, and a warning is shown', async () => {
  await using trial = await digitaloceanTrial();
  const options = digitaloceanOptions.parse({});
  trial.fake.account.status = 'warning';
  const { facts } = await preflight(trial.work(), options, WANTED);
  expect(facts.at(-1)).toBe('The account at DigitalOcean has a warning: The account is warning');
  trial.fake.account.status = 'locked';
  await expect(preflight(trial.work(), options, WANTED)).rejects.toMatchObject({
    message: 'The account at DigitalOcean is locked.',
    details: 'The account is locked',
  });
});

test.each([
  [401, 'unauthorized', 'DigitalOcean does not know the token'],
  [403, 'forbidden', 'the token lacks the scope account:read'],
])('a token that is answered with %d is told with what to do', async (answer, code, reason) => {
  await using trial = await digitaloceanTrial();
  trial.fake.fault({ call: /./, answer, code });
  const asked = preflight(trial.work(), digitaloceanOptions.parse({}), WANTED);
  await expect(asked).rejects.toMatchObject({
    message: `DigitalOcean could not be asked what it has: ${reason}.`,
    hint: expect.stringMatching(/DIGITALOCEAN_ACCESS_TOKEN/),
  });
});
