import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { JobStatus, RunningAction } from '../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { testCluster, type Watch } from '../support/cluster.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';
import { someOf } from '../support/sample.ts';
import { expectConclusion } from '../support/stacks.ts';
import { until } from '../support/until.ts';

const STACK = `services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    ports: [{target: 8080, published: 8080, mode: host}]
    deploy: {mode: global}
`;

/** For `verify`: it runs, and does not answer so. */
const NO_SUCH_PAGE = '8080/no-such-page 418';

let hosts: Hosts;
let before: readonly string[];

const states = () => Promise.all([1, 2].map((host) => hosts.state(host)));

beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);

// Of each test its own: twice on a busy machine a host was seen on which something kept the port of
// a swarm's gossip for good, so that one failure became that of every test after it.
beforeEach(async () => {
  hosts = await startHosts(2);
  before = await states();
}, 60_000);

afterEach(async () => {
  await hosts?.[Symbol.asyncDispose]();
}, 60_000);

const given = () => ({
  driver: 'ssh',
  hosts: hosts.addresses.join('\n'),
  'ssh-private-key': hosts.privateKey,
  'ssh-known-hosts': hosts.knownHosts,
  'stack-name': 'shop',
  images: HELLO_IMAGE,
  verify: NO_SUCH_PAGE,
  teardown: 'always',
});

type Main = RunningAction & Watch;

const isMember = (host: number) => async () =>
  (await hosts.on(host, "docker info --format '{{.Swarm.LocalNodeState}}'")) !== 'inactive';

/**
 * On the first host, instead of docker: that many labels are not written any more, until `letGo`.
 */
const holdLabels = (at: number) =>
  hosts.on(
    1,
    `cat >/usr/local/bin/docker <<'END'
#!/bin/sh
if [ "$1 $2" = "node update" ]; then
  echo "$*" >>/run/labelling
  [ "$(wc -l </run/labelling)" -lt ${at} ] || exec sleep 60
fi
exec /usr/bin/docker "$@"
END
chmod +x /usr/local/bin/docker`,
  );
const letGo = () => hosts.on(1, 'rm -f /usr/local/bin/docker /run/labelling');
const labelling = (at: number) =>
  until('a label is about to be written', async () => {
    return (await hosts.on(1, 'cat /run/labelling')).split('swarm-up.joined').length > at;
  });

interface Moment {
  readonly title: string;
  /**
   * Whether the model (__tests__/integration/conformance) has no such moment: it knows no image and
   * no task.
   */
  readonly onlyReal?: true;
  /** Which label, in order, is not written any more. */
  readonly holdAt?: number;
  /**
   * Resolves in the middle of a stage; where the log says nothing of it, the hosts are looked at.
   */
  readonly reached: (main: Main) => Promise<void>;
}

const MOMENTS: readonly Moment[] = [
  { title: 'connecting', reached: (main) => main.seen(/Connecting to 2 machines/) },
  { title: 'asking the hosts', reached: (main) => main.seen(/Asking the hosts what/) },
  { title: 'about to initialise the swarm', reached: (main) => main.seen(/Forming the swarm/) },
  { title: 'initialising the swarm', reached: () => until('a swarm', isMember(1)) },
  { title: 'joining', reached: () => until('a second node', isMember(2)) },
  { title: 'the first node has no label yet', holdAt: 1, reached: () => labelling(1) },
  { title: 'the second node has no label yet', holdAt: 2, reached: () => labelling(2) },
  { title: 'loading images', onlyReal: true, reached: (main) => main.seen(/Loading /) },
  { title: 'deploying', reached: (main) => main.seen(/Deploying stack shop/) },
  {
    title: 'converging',
    onlyReal: true,
    reached: (main) => main.seen(/Waiting until shop has converged/),
  },
  {
    title: 'verifying',
    onlyReal: true,
    reached: (main) => main.seen(/Asking the published ports/),
  },
];

const ENDS: readonly { how: string; end: (main: Main) => void; status: JobStatus }[] = [
  { how: 'cancelled', end: (main) => main.cancel(), status: 'cancelled' },
  { how: 'killed', end: (main) => void process.kill(main.pid, 'SIGKILL'), status: 'failure' },
];

const ALL = ENDS.flatMap((end) => MOMENTS.map((moment) => ({ ...end, ...moment })));

// On the model a run is cancelled and killed at each of its calls. What it has no moment of is
// always seen here.
const LOT = someOf(
  ALL.filter(({ onlyReal }) => !onlyReal),
  'Ends of a run on real hosts',
  { count: 4, titleOf: ({ how, title }) => `${how} while ${title}` },
);
const CASES = ALL.filter((one) => one.onlyReal || LOT.includes(one));

test.each(CASES)(
  '$how while $title: the hosts are as they were',
  async ({ end, status, holdAt, reached }) => {
    await using cluster = testCluster('hosts-ended');
    cluster.write('compose.yaml', STACK);
    if (holdAt !== undefined) await holdLabels(holdAt);
    const main = cluster.start(given());
    await reached(main);
    end(main);
    const run = await main.result;
    expectConclusion(run, status);
    await letGo();
    const post = await cluster.post(run, given(), status);
    expectConclusion(post, 'success');
    expect(await states()).toEqual(before);
  },
  120_000,
);

test('killed before a host that joined a swarm of others has its label: it leaves, and the swarm stays', async () => {
  await using cluster = testCluster('hosts-ended');
  cluster.write('compose.yaml', STACK);
  await hosts.on(1, 'docker swarm init --advertise-addr eth0');
  await holdLabels(1);
  const main = cluster.start(given());
  await labelling(1);
  main.kill();
  const run = await main.result;
  await letGo();
  const post = await cluster.post(run, given(), 'failure');
  expectConclusion(post, 'success');
  expect(await hosts.state(2)).toBe(before[1]);
  expect(await hosts.on(1, "docker node ls --format '{{.Hostname}} {{.ManagerStatus}}'")).toBe(
    `${hosts.names[0]} Leader`,
  );
  await hosts.on(1, 'docker swarm leave --force; docker network rm docker_gwbridge');
}, 120_000);
