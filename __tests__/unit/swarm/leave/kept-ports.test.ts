import { expect, test } from '@jest/globals';
import type { ConnectedMachine } from '../../../../src/machines/connect.ts';
import { NoChannel } from '../../../../src/ssh/lost-connection.ts';
import { warnOfKeptPorts } from '../../../../src/swarm/leave/kept-ports.ts';

type Host = Pick<ConnectedMachine, 'name' | 'ssh'>;

const LISTENS =
  '   3: 00000000000000000000000000000000:1F0A 00000000000000000000000000000000:0000 0A\n';

function host(name: string, answer: () => string): Host {
  const run = async () => ({ exitCode: answer() === '' ? 1 : 0, stdout: answer(), stderr: '' });
  return { name, ssh: { run } } as unknown as Host;
}

const lost = () => new NoChannel('web-1 is gone');

const { signal } = new AbortController();

test('hosts whose engine kept the port are named in one warning, with what frees it', async () => {
  const hosts = [
    host('web-1', () => LISTENS),
    host('web-2', () => ''),
    host('web-3', () => LISTENS),
  ];
  const warnings: string[] = [];
  await warnOfKeptPorts(hosts, { signal, warn: (text) => warnings.push(text) });
  expect(warnings).toEqual([
    'web-1, web-3: Docker Engine has left the swarm and still has port 7946. In its next swarm no overlay network would reach it. Restart it there first: sudo systemctl restart docker',
  ]);
});

test('a host that does not answer keeps no other from being asked, and nothing is said of it', async () => {
  const silent = host('web-1', () => {
    throw lost();
  });
  const warnings: string[] = [];
  const hosts = [silent, host('web-2', () => LISTENS)];
  await warnOfKeptPorts(hosts, { signal, warn: (text) => warnings.push(text) });
  expect(warnings).toEqual([expect.stringMatching(/^web-2: /)]);
});

test('an abort ends it with its reason', async () => {
  const controller = new AbortController();
  const reason = new Error('cancelled');
  const aborted = host('web-1', () => {
    controller.abort(reason);
    throw lost();
  });
  const asked = warnOfKeptPorts([aborted], { signal: controller.signal, warn: () => {} });
  await expect(asked).rejects.toBe(reason);
});
