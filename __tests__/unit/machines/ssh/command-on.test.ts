import { expect, test } from '@jest/globals';
import type { Machine } from '../../../../src/machines/driver.ts';
import { sshDriverOf } from '../../../../src/machines/ssh/driver.ts';
import { parseHosts } from '../../../../src/machines/ssh/host-list.ts';
import type { SshConnection } from '../../../../src/machines/ssh/inputs.ts';

function commandTo(line: string, changes: Partial<SshConnection> = {}): string | undefined {
  const parsed = parseHosts(line);
  if (!('hosts' in parsed)) throw new Error('no host');
  const connection = {
    ...{ hosts: parsed.hosts, user: 'deploy', port: 22, jump: [], unlockKey: undefined },
    ...changes,
  } as unknown as SshConnection;
  return sshDriverOf(connection, {})
    .commandOn?.({ name: 'x', index: 1 } as Machine)
    .join(' ');
}

test.each<[string, Partial<SshConnection>, string]>([
  ['swarm-1.example.com manager', {}, 'ssh deploy@swarm-1.example.com'],
  ['bob@swarm-1:2222 manager', {}, 'ssh -p 2222 bob@swarm-1'],
  ['swarm-1 manager', { port: 2200 }, 'ssh -p 2200 deploy@swarm-1'],
  [
    'swarm-1 manager',
    { jump: [{ user: 'j', host: 'fd00::1', port: 22 }] as unknown as SshConnection['jump'] },
    'ssh -J j@[fd00::1]:22 deploy@swarm-1',
  ],
])('a person reaches %j with %j by %s', (line, changes, command) => {
  expect(commandTo(line, changes)).toBe(command);
});
