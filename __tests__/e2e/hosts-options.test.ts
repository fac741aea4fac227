import { beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { docker } from '../support/engine.ts';
import { startHosts } from '../support/hosts.ts';

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

const STACK = `services:
  web:
    image: ${HELLO_IMAGE}
    ports: [{target: 8080, published: 8080, mode: host}]
    deploy: {mode: global}
`;

test('three managers: addresses, autolock, a dead leader, a host set up anew, a host not listed any more', async () => {
  await using hosts = await startHosts(3);
  await using cluster = testCluster('options');
  cluster.write('compose.yaml', STACK);
  const [a = '', b = '', c = ''] = hosts.addresses;
  const [nameA = '', nameB = '', nameC = ''] = hosts.names;
  const all = [`${a} manager`, `${b} manager data-path-addr=data0`, `${c} manager`];
  const up = async (lines: readonly string[], given: Readonly<Record<string, string>> = {}) => {
    const run = await cluster.up({
      driver: 'ssh',
      hosts: lines.join('\n'),
      'ssh-private-key': hosts.privateKey,
      'ssh-known-hosts': hosts.knownHosts,
      'stack-name': 'shop',
      'compose-file': '-',
      'stable-for': '0s',
      ...given,
    });
    return { conclusion: run.conclusion, log: run.lines.join('\n') };
  };
  const nodes = async (host: number) => {
    const format = '{{.Hostname}} {{.Status}} {{.ManagerStatus}}';
    const listed = await hosts.on(host, `docker node ls --format '${format}'`);
    return listed.replaceAll('Leader', 'Reachable').split('\n').sort();
  };
  const three = hosts.names.map((name) => `${name} Ready Reachable`);

  // Addresses: what a host does not have is refused; what it has is handed on.
  const before = await hosts.state(1);
  const elsewhere = await up([`${a} manager advertise-addr=10.255.0.1`]);
  expect(elsewhere.conclusion).toBe('failure');
  expect(elsewhere.log).toContain(`advertise-addr=10.255.0.1: no interface of ${a} has this`);
  expect(elsewhere.log).toContain(`eth0  ${a}`);
  expect(await hosts.state(1)).toBe(before);

  await hosts.on(
    2,
    'ip link add data0 type veth peer name data1; ip addr add 203.0.113.2/24 dev data0; ip link set data0 up',
  );
  const options = { 'driver-options': 'advertise-addr: eth0' };
  expect(await up(all.slice(0, 2), options)).toMatchObject({ conclusion: 'success' });
  expect(
    JSON.parse(await hosts.on(2, 'cat /var/lib/docker/swarm/docker-state.json')),
  ).toMatchObject({ AdvertiseAddr: expect.stringContaining(b), DataPathAddr: '203.0.113.2' });

  // A manager joins a swarm with autolock, which stays one.
  // A short heartbeat, so that a dead node is soon known to be one.
  await hosts.on(1, 'docker swarm update --autolock=true --dispatcher-heartbeat=1s');
  const key = await hosts.on(1, 'docker swarm unlock-key --quiet');
  expect(await up(all)).toMatchObject({ conclusion: 'success' });
  expect(await nodes(1)).toEqual(three);

  // The leader dies: another manager is asked, where that is allowed.
  await docker('kill', nameA);
  const without = await up(all, {
    'driver-options': 'allow-unreachable: true',
    'compose-file': 'compose.yaml',
    images: HELLO_IMAGE,
  });
  expect(without.log).toContain(`${a} does not answer; the run goes on without it.`);
  expect(without.log).toContain('shop runs on 2 nodes');
  expect(without.log).toMatch(
    /over public addresses here: .* \(203\.0\.113\.2\)\. shop_default is not encrypted/,
  );
  expect(without.conclusion).toBe('success');

  // It comes back, and is locked: refused without the key and with a wrong one, ready again with
  // it.
  await docker('start', nameA);
  const locked = await up(all);
  expect(locked.conclusion).toBe('failure');
  expect(locked.log).toMatch(/is a manager of a locked swarm[\s\S]*`unlock-key`/);
  const wrong = await up(all, { 'unlock-key': `${key.slice(0, -4)}AAAA` });
  expect(wrong.conclusion).toBe('failure');
  expect(wrong.log).toContain('`unlock-key` did not unlock it');
  const back = await up(all, { 'unlock-key': key });
  expect(back.conclusion).toBe('success');
  expect(back.log).not.toContain(key);
  expect(await nodes(2)).toEqual(three);
  const autolock = '{{.Swarm.Cluster.Spec.EncryptionConfig.AutoLockManagers}}';
  expect(await hosts.on(1, `docker info --format '${autolock}'`)).toBe('true');

  // A host that forgot the swarm joins anew, and its old node goes.
  await hosts.on(3, 'docker swarm leave --force');
  await hosts.on(1, `until docker node ls | grep ${nameC} | grep Down; do sleep 0.2; done`);
  const anew = await up(all);
  expect(anew.log).toContain(`${nameC}  joined anew; its old node`);
  expect(await nodes(1)).toEqual(three);

  // A host that is not listed any more stays, with a word, until it is to be removed.
  const kept = await up(all.slice(0, 2));
  expect(kept.log).toContain(`since this cluster let it join: ${nameC}.`);
  expect(await nodes(1)).toEqual(three);
  const removed = await up(all.slice(0, 2), { 'driver-options': 'remove-unlisted: true' });
  expect(removed.log).toContain(`On ${nameC}, run: docker swarm leave --force`);
  expect(removed.conclusion).toBe('success');
  expect(await nodes(1)).toEqual([nameA, nameB].map((name) => `${name} Ready Reachable`));
}, 300_000);
