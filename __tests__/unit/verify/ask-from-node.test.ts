import { expect, test } from '@jest/globals';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Member } from '../../../src/swarm/form.ts';
import { reachable } from '../../../src/verify/ask-from-node.ts';
import { type PublishedEndpoint, verify } from '../../../src/verify/verify.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

/** Nodes on which a connection is refused but at port 80 of the first. */
const members = ['a', 'b'].map((name, at) => {
  const run = async (argv: Argv) =>
    argv.slice(-2).join(':') === '10.200.7.11:80'
      ? { exitCode: 0, stdout: '', stderr: '' }
      : { exitCode: 1, stdout: '', stderr: 'Connection refused\n' };
  return { machine: { name, advertise: `10.200.7.1${at + 1}`, ssh: { run } } } as unknown as Member;
});
const web: PublishedEndpoint = {
  service: 'web',
  published: 80,
  target: 8080,
  protocol: 'tcp',
  mode: 'ingress',
  runsOn: ['a'],
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
  const ask = expect.any(Function);
  expect(found.map(({ places }) => places)).toEqual([
    [
      { node: 'a', host: '127.130.2.11', port: 80, localPort: 8000, ask },
      { node: 'b', host: '127.130.2.12', port: 40_000, ask },
    ],
    [],
  ]);
});

test('where somebody else accepts a connection, the node is asked for one at the port that it publishes itself', async () => {
  const lead = async () => new Map([['80/tcp', 40_000]]);
  const [found] = await reachable({ lead }, members, [web]);
  const { signal } = new AbortController();
  const faults = await Promise.all((found?.places ?? []).map((place) => place.ask?.(signal)));
  expect(faults).toEqual([undefined, 'Connection refused']);
  const options = { clock: virtualClock(), signal, timeoutMs: 1_000 };
  await expect(verify(found ? [found] : [], undefined, options)).rejects.toMatchObject({
    details:
      'web (runs on a), port 80, through b (127.130.2.12:40000), connection: Connection refused',
  });
});
