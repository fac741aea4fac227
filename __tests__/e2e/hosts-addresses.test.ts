import { expect, test } from '@jest/globals';
import { testCluster } from '../support/cluster.ts';
import { startHosts } from '../support/hosts.ts';

test('addresses and ports of a swarm: those that others reach are advertised, those that it has are used, and each remedy helps', async () => {
  await using hosts = await startHosts(2);
  await using cluster = testCluster('addresses');
  const [a = '', b = ''] = hosts.addresses;
  const up = async (lines: readonly string[], given: Readonly<Record<string, string>> = {}) => {
    const run = await cluster.up({
      driver: 'ssh',
      hosts: lines.join('\n'),
      'ssh-private-key': hosts.privateKey,
      'ssh-known-hosts': hosts.knownHosts,
      'compose-file': '-',
      teardown: 'never',
      ...given,
    });
    return { conclusion: run.conclusion, log: run.lines.join('\n') };
  };
  const nodeAddress = () => hosts.on(1, "docker info --format '{{.Swarm.NodeAddr}}'");
  const nodes = () => hosts.on(1, "docker node ls --format '{{.Status}}'");
  const apart = async () => {
    await hosts.on(2, 'docker swarm leave --force || true');
    await hosts.on(1, 'docker swarm leave --force');
  };

  // The host is reached at its loopback address, and advertises the one that others reach.
  const alone = await up(['127.0.0.1'], {
    'ssh-jump': a,
    'ssh-known-hosts': `${hosts.knownHosts}\n${hosts.knownHosts.replace(a, '127.0.0.1')}`,
  });
  expect(alone.log).toContain(`127.0.0.1  other nodes reach it at ${a}, and not at 127.0.0.1`);
  expect(alone.conclusion).toBe('success');
  expect(await nodeAddress()).toBe(a);
  expect(await up([a, b])).toMatchObject({ conclusion: 'success' });
  expect(await nodes()).toBe('Ready\nReady');
  await apart();

  // A swarm that advertises a loopback address is told as that, and not as a firewall; what is
  // advised makes it one that others join.
  await hosts.on(1, 'docker swarm init --advertise-addr 127.0.0.1');
  await hosts.on(1, 'docker service create --detach --name theirs --replicas 0 scratch');
  const wrong = await up([a, b]);
  expect(wrong.conclusion).toBe('failure');
  expect(wrong.log).toContain(
    `${a} is a node with an address that is not its own: 127.0.0.1 leads every other host to itself.`,
  );
  expect(wrong.log).not.toContain('firewall');
  const [, command = ''] = /^ *(docker swarm init --force-new-cluster .*)$/m.exec(wrong.log) ?? [];
  await hosts.on(1, command.replace('<address>', a));
  const mended = await up([a, b]);
  expect(mended.log).not.toContain('not its own');
  expect(mended.conclusion).toBe('success');
  expect(await nodeAddress()).toBe(a);
  expect(await nodes()).toBe('Ready\nReady');
  expect(await hosts.on(1, "docker service ls --format '{{.Name}}'")).toBe('theirs');
  await apart();

  // The ports that a swarm says are the ones that are asked, opened and joined at.
  await hosts.on(
    1,
    'docker swarm init --advertise-addr eth0 --listen-addr 0.0.0.0:2388 --data-path-port 7777',
  );
  const closed = `iptables -I INPUT -p tcp -s ${b} -m multiport --dports 2388 -j DROP`;
  await hosts.on(1, closed);
  const shut = await up([a, b]);
  expect(shut.conclusion).toBe('failure');
  expect(shut.log).toContain(`${a} is not reached at 2388/tcp from ${b}`);
  expect(shut.log).toMatch(/7777\/UDP/);
  const [, open = ''] = /^ *(iptables -I INPUT .* -j ACCEPT)$/m.exec(shut.log) ?? [];
  await hosts.on(1, open);
  const joined = await up([a, b]);
  expect(joined.log).toContain('2388/TCP');
  expect(joined.conclusion).toBe('success');
  expect(await nodes()).toBe('Ready\nReady');
}, 300_000);
