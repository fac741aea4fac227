import { connect } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster } from '../support/cluster.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';
import { expectConclusion } from '../support/stacks.ts';
import { until } from '../support/until.ts';

const STACK = `services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    ports: [{target: 8080, published: 8080, mode: host}]
    deploy: {mode: global}
`;

/** On the manager, instead of docker: `stack deploy` waits as long as a file is there. */
const SLOW_DEPLOY = `#!/bin/sh
if [ "$1 $2" = "stack deploy" ]; then
  touch /run/deploying
  while [ -e /run/hold ]; do sleep 0.05; done
fi
exec /usr/bin/docker "$@"
`;

/**
 * Refuses whoever wants to connect, and resets who is connected, as a host does that has forgotten
 * its connections.
 */
const RESET = '-p tcp --dport 22 -j REJECT --reject-with tcp-reset';
/** Kills the processes that serve the connections. */
const KILL = "pkill -KILL -f '[s]shd-session'";

let hosts: Hosts;
let before: readonly string[];

const states = () => Promise.all([1, 2, 3].map((host) => hosts.state(host)));

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  hosts = await startHosts(3);
  before = await states();
}, 120_000);

afterAll(async () => {
  await hosts?.[Symbol.asyncDispose]();
}, 60_000);

const given = () => ({
  driver: 'ssh',
  hosts: `${hosts.addresses[0]} manager\ndeploy@${hosts.addresses[1]} worker`,
  'ssh-private-key': hosts.privateKey,
  'ssh-known-hosts': hosts.knownHosts,
  'stack-name': 'shop',
  images: HELLO_IMAGE,
  'stable-for': '0s',
  teardown: 'always',
});

test('a connection that is lost in mid-deploy, and while converging, is re-established, and the log says so', async () => {
  await using cluster = testCluster('cut');
  cluster.write('compose.yaml', STACK);
  await hosts.on(
    1,
    `touch /run/hold; cat >/usr/local/bin/docker <<'END'\n${SLOW_DEPLOY}END\nchmod +x /usr/local/bin/docker`,
  );
  const deploying = cluster.start(given());
  await until('it deploys', async () => (await hosts.on(1, 'ls /run')).includes('deploying'));
  await hosts.on(1, `iptables -I INPUT ${RESET}; ${KILL}`);
  await deploying.seen(/was lost \(.+\); connecting again, for 120 s at most/);
  await hosts.on(1, `rm /run/hold; sleep 1; iptables -D INPUT ${RESET}`);
  const deployed = await deploying.result;
  expectConclusion(deployed, 'success');
  expect(deployed.outputs.status).toBe('converged');
  const log = deployed.lines.join('\n');
  expect(log).toMatch(
    /Connection to \S+ \(\S+:22\) was lost \(.+\), and is back \d+\.\d s later\./,
  );
  expect(log).toContain('The connection was lost meanwhile, so stack shop is deployed again');
  expect(await hosts.on(1, 'rm /usr/local/bin/docker /run/deploying; ls -A /tmp')).toBe('');

  const converging = cluster.start({ ...given(), 'stable-for': '4s' });
  await converging.seen(/Waiting until shop has converged/);
  // Nothing gets through for a while, then the connection is reset; so it is when a firewall is
  // restarted.
  await hosts.on(
    1,
    `iptables -I INPUT -p tcp --dport 22 -j DROP; sleep 1; iptables -R INPUT 1 ${RESET}; sleep 2; iptables -D INPUT ${RESET}`,
  );
  const converged = await converging.result;
  expectConclusion(converged, 'success');
  expect(converged.outputs.status).toBe('converged');
  expect(converged.lines.join('\n')).toContain('and is back');

  const post = await cluster.post(converged, given());
  expectConclusion(post, 'success');
  expect(await states()).toEqual(before);
}, 180_000);

test('a connection that stays lost ends the run with what was lost, and post says what it could not undo', async () => {
  await using cluster = testCluster('cut-off');
  cluster.write('compose.yaml', STACK);
  const inputs = { ...given(), 'stable-for': '6s', 'wait-timeout': '6s' };
  const main = cluster.start(inputs);
  await main.seen(/Waiting until shop has converged/);
  await hosts.on(1, `iptables -I INPUT ${RESET}; ${KILL}`);
  const run = await main.result;
  const log = run.lines.join('\n');
  expectConclusion(run, 'failure');
  expect(log).toMatch(
    /The swarm did not answer within \d+\.\d s\.\n\s+Connection to \S+ \(\S+:22\) was lost \d+\.\d s ago \(.+\) and is not back; the last of \d+ attempts: connect ECONNREFUSED/,
  );

  const cutOff = await cluster.post(run, inputs);
  expectConclusion(cutOff, 'failure');
  const said = cutOff.lines.join('\n');
  expect(said).toMatch(/did not answer SSH within 120 s/);
  expect(said).toContain(
    'No host that can be reached manages the swarm, so nothing of it was undone.',
  );
  expect(said).toContain(`not reached: ${hosts.addresses[0]}`);

  await hosts.on(1, `iptables -D INPUT ${RESET}`);
  const post = await cluster.post(run, inputs);
  expectConclusion(post, 'success');
  expect(await states()).toEqual(before);
  // The step and its post each wait for the host as long as the docs promise, two minutes.
}, 360_000);

test('hosts that only a jump host may reach are deployed to through it, and each key is checked', async () => {
  await using cluster = testCluster('jump');
  cluster.write('compose.yaml', STACK);
  const [target = '', other = '', bastion = ''] = hosts.addresses;
  const guard = `INPUT -p tcp --dport 22 ! -s ${bastion} -j REJECT --reject-with tcp-reset`;
  await Promise.all([1, 2].map((host) => hosts.on(host, `iptables -I ${guard}`)));
  expect(await Promise.all([target, other].map(connectTo))).toEqual([
    'ECONNREFUSED',
    'ECONNREFUSED',
  ]);
  const inputs = { ...given(), 'ssh-jump': `deploy@${bastion}` };
  const without = (address: string) =>
    hosts.knownHosts
      .split('\n')
      .filter((line) => !line.startsWith(`${address} `))
      .join('\n');

  for (const [unknown, named] of [
    [bastion, `Host key of ${bastion} (${bastion}:22) is not known`],
    [target, `Host key of ${target} (${target}:22 through ${bastion}) is not known`],
  ] as const) {
    const refused = await cluster.up({ ...inputs, 'ssh-known-hosts': without(unknown) });
    expectConclusion(refused, 'failure');
    expect(refused.lines.join('\n')).toContain(named);
  }

  const run = await cluster.up(inputs);
  expectConclusion(run, 'success');
  expect(run.outputs.status).toBe('converged');
  expect((await fetch(`http://${other}:8080/`)).status).toBe(200);
  expect(await hosts.on(3, "docker info --format '{{.Swarm.LocalNodeState}}'")).toBe('inactive');

  const post = await cluster.post(run, inputs);
  expectConclusion(post, 'success');
  await Promise.all([1, 2].map((host) => hosts.on(host, `iptables -D ${guard}`)));
  expect(await states()).toEqual(before);
}, 180_000);

/** The code with which a host refuses the connection to its sshd. */
function connectTo(address: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port: 22 }, () => {
      socket.destroy();
      resolve(undefined);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code));
  });
}
