import { expect, test } from '@jest/globals';
import { reachable } from '../../../src/stack/reachable.ts';
import type { PublishedEndpoint } from '../../../src/stack/verify.ts';
import type { Member } from '../../../src/swarm/form.ts';

const members = ['a', 'b'].map((name) => ({ machine: { name } }) as Member);
const web: PublishedEndpoint = {
  service: 'web',
  published: 80,
  target: 8080,
  protocol: 'tcp',
  mode: 'ingress',
  places: [
    { node: 'a', host: '127.130.2.11', port: 80, localPort: 8000 },
    { node: 'b', host: '127.130.2.12', port: 80 },
  ],
};
const calls: PublishedEndpoint = { ...web, service: 'calls', protocol: 'sctp' };

test('a driver that leads nowhere changes nothing', async () => {
  expect(await reachable({}, members, [web])).toEqual([web]);
  expect(await reachable({ lead: async () => undefined }, members, [web])).toEqual([web]);
});

test('each machine is asked for its ports, and a place without a way is left out', async () => {
  const asked: string[] = [];
  const lead = async ({ name }: { readonly name: string }, ports: readonly string[]) => {
    asked.push(`${name} ${ports.join(' ')}`);
    return new Map([['80/tcp', name === 'a' ? 80 : 40_000]]);
  };
  const found = await reachable({ lead }, members, [web, calls]);
  expect(asked).toEqual(['a 80/tcp 80/sctp', 'b 80/tcp 80/sctp']);
  expect(found.map(({ places }) => places)).toEqual([
    [
      { node: 'a', host: '127.130.2.11', port: 80, localPort: 8000 },
      { node: 'b', host: '127.130.2.12', port: 40_000 },
    ],
    [],
  ]);
});
