import { expect, test } from '@jest/globals';
import { hetznerOptions } from '../../../../src/machines/hetzner/options.ts';
import { preflight } from '../../../../src/machines/hetzner/preflight.ts';
import { hetznerTrial } from '../../../support/clouds/hetzner-cluster.ts';

const PLANNED = { machines: 1, ports: [], ttlMs: undefined, hasIpv6: false };

test.each([
  [{}, ['1 × cx23 in nbg1: about € 0.01 an hour. IPv4 addresses cost extra.']],
  [
    { 'server-type': 'cax11', location: ['nbg1', 'fsn1'] },
    ['1 × cax11 in fsn1: about € 0.01 an hour. IPv4 addresses cost extra.'],
  ],
  [{ image: 5 }, ['1 × cx23 in nbg1: about € 0.01 an hour. IPv4 addresses cost extra.']],
])('%j', async (given, facts) => {
  await using trial = await hetznerTrial();
  const found = await preflight(trial.work(), hetznerOptions.parse(given), PLANNED);
  expect(found.facts).toEqual(facts);
});

test('a place without room is left out before anything is ordered', async () => {
  await using trial = await hetznerTrial();
  trial.fake.project.unavailable.add('cx23 in nbg1');
  const found = await preflight(trial.work(), hetznerOptions.parse({}), PLANNED);
  expect(found.facts[1]).toBe('No room for cx23 in nbg1 at this moment.');
  expect(found.places).toEqual([
    { type: 'cx23', location: 'hel1' },
    { type: 'cx23', location: 'fsn1' },
    { type: 'cpx22', location: 'nbg1' },
    { type: 'cpx22', location: 'hel1' },
    { type: 'cpx22', location: 'fsn1' },
  ]);
});

test.each([
  [{ location: 'nbg2' }, 'driver-options: `location`: Hetzner has no nbg2.', /Is nbg1 meant/],
  [
    { 'server-type': 'cpx2' },
    'driver-options: `server-type`: Hetzner has no cpx2.',
    /Is cpx22 meant/,
  ],
  [
    { image: 'docker-ee' },
    'driver-options: `image`: Hetzner has no image docker-ee.',
    /Is docker-ce meant/,
  ],
  [{ image: 77 }, 'driver-options: `image`: Hetzner has no image 77.', /by its id/],
  [
    { image: 5, 'server-type': 'cax11' },
    'driver-options: `image`: 5 is not for arm, which cax11 needs.',
    /one architecture/,
  ],
  [
    { location: ['nbg1', 'ash'] },
    'driver-options: `location`: these lie in several network zones.',
    /one zone/,
  ],
  [
    { location: 'ash', 'server-type': 'cx23' },
    'Hetzner does not offer cx23 in ash.',
    /Change `location`/,
  ],
  [{ 'server-type': 'cx11' }, 'Hetzner does not offer cx11 in nbg1, hel1, fsn1.', /Change/],
  [
    { ipv4: false },
    'driver-options: `ipv4: false`: the runner has no IPv6, so it could not reach the machines.',
    /Leave `ipv4` out/,
  ],
])('%j is refused', async (given, message, hint) => {
  await using trial = await hetznerTrial();
  const asked = preflight(trial.work(), hetznerOptions.parse(given), PLANNED);
  await expect(asked).rejects.toMatchObject({ message, hint: expect.stringMatching(hint) });
});

test('no room anywhere is told before anything is ordered', async () => {
  await using trial = await hetznerTrial();
  trial.fake.project.unavailable.add('cax11 in fsn1').add('cax11 in hel1');
  const options = hetznerOptions.parse({ 'server-type': 'cax11' });
  await expect(preflight(trial.work(), options, PLANNED)).rejects.toMatchObject({
    message: 'Hetzner has no room for any machine at this moment.',
    details: 'Tried: cax11 in hel1, cax11 in fsn1',
  });
});

test('a token that Hetzner does not know is told with what to do', async () => {
  await using trial = await hetznerTrial();
  trial.fake.fault({ call: /./, answer: 401, code: 'unauthorized' });
  await expect(preflight(trial.work(), hetznerOptions.parse({}), PLANNED)).rejects.toMatchObject({
    message: 'Hetzner could not be asked what it has: Hetzner does not know the token.',
    hint: expect.stringMatching(/HCLOUD_TOKEN/),
  });
});

test('too many ports are refused before anything is asked', async () => {
  await using trial = await hetznerTrial();
  const ports = Array.from({ length: 60 }, (_, at) => ({
    ...{ port: 1_000 + 2 * at, protocol: 'tcp' as const },
  }));
  const asked = preflight(trial.work(), hetznerOptions.parse({}), { ...PLANNED, ports });
  await expect(asked).rejects.toThrow('a firewall of Hetzner takes 50.');
  expect(trial.fake.journal).toEqual([]);
});
