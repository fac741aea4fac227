import { expect, test } from '@jest/globals';
import { testCluster } from '../support/cluster.ts';
import { startHosts } from '../support/hosts.ts';

/** Two hosts, and an `up` to some of them. */
async function scene() {
  const hosts = await startHosts(2);
  const cluster = testCluster('addresses');
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
  const nodes = () => hosts.on(1, "docker node ls --format '{{.Status}}'");
  return {
    ...{ hosts, up, nodes },
    [Symbol.asyncDispose]: async () => {
      await cluster[Symbol.asyncDispose]();
      await hosts[Symbol.asyncDispose]();
    },
  };
}

test('addresses of a swarm: those that others reach are advertised, those that it has are used, and each remedy helps', async () => {
  await using made = await scene();
  const { hosts, up, nodes } = made;
  const [a = '', b = ''] = hosts.addresses;
  const nodeAddress = () => hosts.on(1, "docker info --format '{{.Swarm.NodeAddr}}'");

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
  await hosts.on(2, 'docker swarm leave --force');
  await hosts.on(1, 'docker swarm leave --force');

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
}, 300_000);

test('the ports that a swarm says are the ones that are asked, opened and joined at', async () => {
  await using made = await scene();
  const { hosts, up, nodes } = made;
  const [a = '', b = ''] = hosts.addresses;
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
  expect(joined.conclusion === 'success' ? 'success' : joined.log).toBe('success');
  expect(await nodes()).toBe('Ready\nReady');
}, 300_000);
