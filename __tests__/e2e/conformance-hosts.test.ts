import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { ensureHelloImage, HELLO_IMAGE } from '../../script/hello-image.ts';
import { type Fault, faultsOf, journal, troubles } from '../support/faults.ts';
import { type Hosts, startHosts } from '../support/hosts.ts';
import { type Action, actionWith, said } from '../support/in-process.ts';

// Every command and every question of a run fails once, in a run of its own: whatever that leaves, the next `down` or post takes back.

/** One of each kind of object. Its service has no task: what becomes of those is seen where runs are cancelled and killed. */
const STACK = `services:
  web:
    image: ${HELLO_IMAGE}
    configs: [greeting]
    secrets: [word]
    deploy: {replicas: 0}
configs: {greeting: {content: hello}}
secrets: {word: {environment: WORD}}
`;

const cluster = `conform-${randomBytes(3).toString('hex')}`;
let workspace: string;
let hosts: Hosts;

/** A host, which is a swarm of its own: several runs go on at once. */
interface Lane extends Action {
  readonly host: number;
  readonly names: readonly string[];
}
let lanes: readonly Lane[];

beforeAll(async () => {
  await ensureHelloImage(new AbortController().signal);
  workspace = mkdtempSync(join(tmpdir(), `${cluster}-`));
  writeFileSync(join(workspace, 'compose.yaml'), STACK);
  hosts = await startHosts(2);
  // Of somebody else.
  await Promise.all([1, 2].map((host) => hosts.on(host, 'docker volume create theirs')));
  lanes = hosts.addresses.map((address, at) => ({
    ...actionWith(given(address), { workspace }),
    host: at + 1,
    names: [address],
  }));
}, 120_000);

afterAll(async () => {
  await hosts?.[Symbol.asyncDispose]();
  rmSync(workspace, { recursive: true, force: true });
}, 60_000);

const given = (lines: string) => ({
  driver: 'ssh',
  cluster,
  hosts: lines,
  'ssh-private-key': hosts.privateKey,
  'ssh-known-hosts': hosts.knownHosts,
  'stack-name': 'shop',
  env: 'WORD=secret',
  teardown: 'always',
  'stable-for': '0s',
  'wait-timeout': '5s',
});

/** Runs it whole, on each host, and gives what can fail of it. */
async function faultsIn(run: (lane: Lane, calls: ReturnType<typeof journal>) => Promise<unknown>) {
  const found = await Promise.all(
    lanes.map(async (lane) => {
      const calls = journal(lane.names);
      await run(lane, calls);
      return faultsOf(calls.calls);
    }),
  );
  expect(found[1]).toEqual(found[0]);
  return found[0] ?? [];
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
/** As `hosts.state`, without a docker client, of which each takes longer than the removal that is looked at. */
const state = (host: number) =>
  hosts.on(
    host,
    `ip -o link | sed 's/^[0-9]*: //; s/@.*//; s/:.*//' | sort; ls /var/lib/docker/swarm /var/lib/docker/volumes /var/lib/docker/containers
    iptables-save | sed 's/\\[[0-9:]*\\]//; /^#/d' | sort -u; ls -A /tmp /root /home/deploy`,
  );
const states = () => Promise.all(lanes.map(({ host }) => state(host)));

test('hosts in no swarm: whichever call of `up` fails, `down` or post takes back what it has done', async () => {
  const before = await states();
  const faults = await faultsIn(async (lane, calls) => {
    expect((await lane.up(calls)).error).toBeUndefined();
    expect((await lane.down()).error).toBeUndefined();
  });
  expect(await states()).toEqual(before);
  expect(faults.length).toBeGreaterThan(10);

  const found = await troubles(lanes, faults, async (lane, fault, at) => {
    const calls = journal(lane.names, fault);
    const main = await lane.up(calls);
    const removed = at % 2 === 0 ? await lane.down() : await lane.post(main.state);
    const rest = await state(lane.host);
    const isSame = rest === before[lane.host - 1];
    if (calls.failed && removed.error === undefined && isSame) return undefined;
    return { met: calls.failed, main: said(main), removed: said(removed), isSame, rest };
  });
  expect(found).toEqual({});
}, 400_000);

test('hosts in no swarm: whichever call of `down` fails, the next one takes back the rest', async () => {
  const before = await states();
  const faults = await faultsIn(async (lane, calls) => {
    await lane.up(journal([]));
    expect((await lane.down(calls)).error).toBeUndefined();
  });
  expect(faults.length).toBeGreaterThan(10);

  const found = await troubles(lanes, faults, async (lane, fault) => {
    const main = await lane.up(journal([]));
    const calls = journal(lane.names, fault);
    const first = await lane.down(calls);
    const isTrue = first.error !== undefined || (await state(lane.host)) === before[lane.host - 1];
    const again = await lane.down();
    const rest = await state(lane.host);
    const isSame = rest === before[lane.host - 1];
    if (main.error === undefined && calls.failed && isTrue && again.error === undefined && isSame)
      return undefined;
    return {
      met: calls.failed,
      main: said(main),
      first: said(first),
      isTrue,
      again: said(again),
      isSame,
      rest,
    };
  });
  expect(found).toEqual({});
}, 400_000);

test('a host that refuses to leave is named, and leaves with the next `down`; of two at once one is enough', async () => {
  const [stuck, twice] = lanes;
  if (!stuck || !twice) throw new Error('two hosts');
  const before = await states();
  await Promise.all(lanes.map((lane) => lane.up(journal([]))));

  const refusing = async () => {
    const fault: Fault = { at: /docker swarm leave/, when: 'before', always: true };
    const failed = await stuck.down(journal([], fault));
    expect(String(failed.error)).toContain('1 of 4 steps failed: Leaving the swarm');
    expect(failed.lines.join('\n')).toContain(
      `Command failed on ${stuck.names[0]} with exit code 1: docker swarm leave`,
    );
    expect((await stuck.down()).error).toBeUndefined();
  };
  const atOnce = async () => {
    const ends = await Promise.all([twice.down(), twice.down()]);
    expect(ends.some(({ error }) => error === undefined)).toBe(true);
    expect((await twice.down()).error).toBeUndefined();
  };
  await Promise.all([refusing(), atOnce()]);
  expect(await states()).toEqual(before);
}, 120_000);

test('a bridge that stays is told of, and goes with the next `down`', async () => {
  const [refused, used] = lanes;
  if (!refused || !used) throw new Error('two hosts');
  const before = await states();
  await Promise.all(lanes.map((lane) => lane.up(journal([]))));

  const refusing = async () => {
    const fault: Fault = { at: /docker network rm docker_gwbridge/, when: 'before', always: true };
    expect(String((await refused.down(journal([], fault))).error)).toContain('Leaving the swarm');
    // The next `up` still knows that joining had made it.
    await refused.up(journal([]));
    expect((await refused.down()).error).toBeUndefined();
  };
  const attached = async () => {
    await hosts.on(
      used.host,
      `tar -ch $(which sleep) $(ldd $(which sleep) | grep -o '/[^ ]*') 2>/dev/null | docker import - sleeper
      docker run --detach --name theirs --network docker_gwbridge sleeper $(which sleep) 4711`,
    );
    const first = await used.down();
    expect(first.error).toBeUndefined();
    expect(first.lines.join('\n')).toContain('containers are attached to it: theirs.');
    await hosts.on(used.host, 'docker rm --force --volumes theirs; docker rmi sleeper');
    expect((await used.down()).error).toBeUndefined();
  };
  await Promise.all([refusing(), attached()]);
  expect(await states()).toEqual(before);
}, 120_000);

test('a swarm of others, which a host joins: whatever change of `up` fails, `down` or post leaves both as they were', async () => {
  await hosts.theirSwarm(1);
  const joining = actionWith(given(hosts.addresses.join('\n')), { workspace });
  const names = hosts.addresses;
  const look = async () => [
    await hosts.on(
      1,
      "for kind in service config secret network volume node; do docker $kind ls --format '{{.ID}} {{.Name}}{{.Hostname}}'; done; docker node inspect self",
    ),
    await state(2),
  ];
  const before = await look();
  const all = journal(names);
  expect((await joining.up(all)).error).toBeUndefined();
  expect((await joining.down()).error).toBeUndefined();
  expect(await look()).toEqual(before);

  const found: Record<string, unknown> = {};
  // What is left where a change has no effect is what the one before has left.
  for (const [at, fault] of faultsOf(all.calls)
    .filter(({ when }) => when === 'after')
    .entries()) {
    const calls = journal(names, fault);
    const main = await joining.up(calls);
    const removed = at % 2 === 0 ? await joining.down() : await joining.post(main.state);
    const rest = await look();
    if (calls.failed && removed.error === undefined && same(rest, before)) continue;
    found[`${fault.when} ${fault.at}`] = { met: calls.failed, main, removed, rest };
  }
  expect(found).toEqual({});
}, 400_000);
