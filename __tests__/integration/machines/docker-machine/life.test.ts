import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect, test } from '@jest/globals';
import { describeError } from '../../../../src/base/errors.ts';
import type { Process, ProcessTable } from '../../../../src/machines/processes.ts';
import { parseKnownHosts } from '../../../../src/ssh/keys/known-hosts.ts';
import { said } from '../../../support/in-process.ts';
import {
  clearDockerMachine,
  type DockerMachineSite,
  KEY_FILE,
  modelDockerMachine,
  TOKEN,
} from '../../../support/model/docker-machine.ts';
import { recordedLog } from '../../../support/recorded-log.ts';

// After the model has put its clock in place of the system's.
const { createDockerMachineDriver } = await import(
  '../../../../src/machines/docker-machine/driver.ts'
);

// The driver docker-machine on its stand-in, which has real files and answers by the transcript.

const NAME = 'su-4711-conform-1';
const HOST_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJL4awzyunv1U5VXzKL5YH9ePaNJPnLTC1hPnvFNkR87';

let site: DockerMachineSite;
afterEach(() => expect(site.unknown?.()).toEqual([]));
afterAll(clearDockerMachine);

type About = NonNullable<Parameters<typeof modelDockerMachine>[0]>;

async function made(about: About = {}) {
  site = modelDockerMachine({ ...about, inputs: { nodes: '1', ...about.inputs } });
  const run = await site.up(site.journal());
  expect(said(run).at(-1)).toBe('undefined');
  return run;
}

const files = () => readdirSync(join(site.storage, 'swarm-up')).sort();
const recordFile = (name = NAME) => join(site.storage, 'swarm-up', `${name}.json`);
const configFile = (name = NAME) => join(site.storage, 'machines', name, 'config.json');
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const change = (file: string, values: object) =>
  writeFileSync(file, JSON.stringify({ ...read(file), ...values }));

/** What went wrong, in the words of the log. */
async function failing(run: Promise<{ readonly error: unknown }>): Promise<string> {
  const { error } = await run;
  expect(error).toBeDefined();
  return describeError(error);
}

test('a machine is made by flags, labels and user data; tokens are in no command line', async () => {
  const { lines } = await made({ inputs: { ttl: '1h' } });
  const create = site.calls.find((words) => words[2] === 'create' && words.at(-1) === NAME) ?? [];
  expect(create.slice(0, 9)).toEqual([
    ...['-s', site.storage, 'create', '--driver', 'digitalocean'],
    ...['--engine-label', 'swarm-up.cluster=conform'],
    ...['--engine-label', 'swarm-up.repository=4711'],
  ]);
  expect(create.slice(-3)).toEqual([
    '--digitalocean-region=fra1',
    `--digitalocean-userdata=${recordFile().replace(/json$/, 'user-data')}`,
    NAME,
  ]);
  expect(JSON.stringify(site.calls)).not.toContain(TOKEN);
  expect(lines.join('\n')).not.toContain(TOKEN);
  // The user data hold the private host key.
  expect(files()).toEqual([`${NAME}.json`]);
  expect(readFileSync(recordFile(), 'utf8')).not.toContain('PRIVATE');
  expect(statSync(recordFile()).mode & 0o077).toBe(0);
  expect(existsSync(join(site.storage, 'no-error-report'))).toBe(true);
  expect(site.env()).toMatchObject({
    ...{ MACHINE_STORAGE_PATH: site.storage, RUNNER_TRACKING_ID: '' },
  });
  expect(lines).toContain(`${NAME}: Docker is up and running!`);
  expect(lines.join('\n')).toMatch(/keeps in \S+, in clear: the keys of the machines/);
  expect(lines.join('\n')).toContain('docker-machine itself checks none');
});

test('the inputs of the step are none of its business', async () => {
  await made({ variables: { 'INPUT_SSH-PRIVATE-KEY': 'x', STATE_x: 'y', HOME: '/root' } });
  const env = site.env() ?? {};
  expect(Object.keys(env)).toEqual(expect.arrayContaining(['INPUT_SSH-PRIVATE-KEY', 'STATE_x']));
  expect(env['INPUT_SSH-PRIVATE-KEY']).toBeUndefined();
  expect(env).not.toHaveProperty('HOME');
});

test('another run finds it, moves its end, and makes only what is missing', async () => {
  await made({ inputs: { ttl: '1h' } });
  const before = read(recordFile()).labels['swarm-up.expires'];
  const address = site.droplets.get(NAME);
  const later = site.with({ nodes: '2', ttl: '3h' });
  const again = await later.up(site.journal());
  expect(said(again).at(-1)).toBe('undefined');
  expect(site.droplets.get(NAME)).toBe(address);
  expect(read(recordFile()).labels['swarm-up.expires'] > before).toBe(true);
  expect((await later.status()).lines.join('\n')).not.toContain('made anew');
});

test('a dry run asks, and writes nothing', async () => {
  site = modelDockerMachine();
  const { lines, error } = await site.with({ 'dry-run': 'true' }).up(site.journal());
  expect(error).toBeUndefined();
  expect(lines).toContain(
    '2 × docker-machine dev, driver digitalocean (--digitalocean-region=fra1)',
  );
  expect(existsSync(site.storage)).toBe(false);
  expect(site.calls.map((words) => words[2])).toEqual(['version', 'create']);
});

test('one that is stopped is made anew; one whose state nobody knows is not touched', async () => {
  await made();
  site.states.set(NAME, 'Timeout');
  const text = await failing(site.up(site.journal()));
  expect(text).toContain('gave another answer to `status su-4711-conform-1` than is known');
  expect(site.droplets.size).toBe(1);
  site.states.set(NAME, 'Stopped');
  const first = site.droplets.get(NAME);
  const making = site.up(site.journal());
  await expect(making).resolves.toMatchObject({
    lines: expect.arrayContaining(['conform-1 is stopped or half made, so it is made anew']),
  });
  expect(site.droplets.get(NAME)).not.toBe(first);
});

test('a removal that the provider refuses is none, and the next one removes it', async () => {
  await made();
  site.refusals.push('POST droplets: 503 Service Unavailable');
  const text = await failing(site.down());
  expect(text).toContain(`docker-machine did not remove machine ${NAME}.`);
  expect(text).toContain('Error removing host "su-4711-conform-1": POST droplets: 503');
  expect(text).toContain('Do not use `rm -f`');
  expect(site.droplets.size).toBe(1);
  expect(site.calls.some((words) => words.includes('-f'))).toBe(false);
  expect((await site.down()).error).toBeUndefined();
  expect(await site.left()).toEqual([]);
});

test('one that is refused, and that somebody then makes docker-machine forget, is a loss', async () => {
  await made();
  site.refusals.push('503');
  await failing(site.down());
  rmSync(join(site.storage, 'machines', NAME), { recursive: true });
  expect(await failing(site.down())).toContain(`docker-machine has forgotten machine ${NAME}`);
});

test('a machine that docker-machine has forgotten is named until a person has looked', async () => {
  const run = await made();
  // As `rm -f` does it.
  rmSync(join(site.storage, 'machines', NAME), { recursive: true });
  for (const end of [site.down(), site.post(run.state), site.up(site.journal())]) {
    const text = await failing(end);
    expect(text).toContain(`docker-machine has forgotten machine ${NAME}`);
    expect(text).toContain(`Look for ${NAME} at digitalocean, and remove it there.`);
    expect(text).toContain(`rm ${recordFile()}`);
  }
  rmSync(recordFile());
  expect((await site.down()).error).toBeUndefined();
});

test('a machine whose record at docker-machine is lost is named', async () => {
  await made();
  rmSync(configFile());
  const text = await failing(site.down());
  expect(text).toContain(`What docker-machine knows of machine ${NAME} is lost.`);
  expect(site.droplets.size).toBe(1);
});

test('a lost storage is never a success', async () => {
  const run = await made();
  rmSync(site.storage, { recursive: true });
  const post = await failing(site.post(run.state));
  expect(post).toContain(`There is no storage of docker-machine at ${site.storage}.`);
  expect(post).toContain(`mkdir -p ${site.storage}/swarm-up`);
});

test('docker-machine was ended before it wrote what its driver made: nobody says that it is gone', async () => {
  await made();
  const { Driver } = read(configFile());
  change(configFile(), { Driver: { ...Driver, IPAddress: '' } });
  change(recordFile(), { phase: 'asked' });
  for (let time = 1; time <= 2; time += 1) {
    const text = await failing(site.down());
    expect(text).toContain(`Whether machine ${NAME} still exists is not known.`);
    expect(text).toContain(`Look for ${NAME} at digitalocean`);
  }
  expect(site.droplets.size).toBe(1);
  rmSync(recordFile());
  expect((await site.down()).error).toBeUndefined();
});

test('its driver failed by itself: it is removed, with a word to look', async () => {
  await made();
  const { Driver } = read(configFile());
  change(configFile(), { Driver: { ...Driver, IPAddress: '' } });
  change(recordFile(), { phase: 'failed' });
  const { error, lines } = await site.down();
  expect(error).toBeUndefined();
  expect(lines.join('\n')).toContain('look at digitalocean whether there is one');
  expect(files()).toEqual([]);
});

test('a machine whose own record is lost is known by the labels of its engine', async () => {
  await made({ twins: 'all' });
  rmSync(recordFile());
  const { error, lines } = await site.down();
  expect(error).toBeUndefined();
  expect(lines).toContain(`machine ${NAME}`);
  expect(await site.left()).toEqual([]);
});

test('a machine of that name which somebody else has made stays', async () => {
  await made();
  const { HostOptions } = read(configFile());
  change(configFile(), { HostOptions: { ...HostOptions, EngineOptions: { Labels: ['a=b'] } } });
  const text = await failing(site.down());
  expect(text).toContain(
    `The machine ${NAME} of docker-machine was not made by Swarm Up: it stays.`,
  );
  expect(site.droplets.size).toBe(1);
});

test('another repository changes nothing of it', async () => {
  await made();
  const labels = { ...read(recordFile()).labels, 'swarm-up.repository': '815' };
  const name = 'su-815-conform-1';
  writeFileSync(recordFile(name), JSON.stringify({ ...read(recordFile()), name, labels }));
  rmSync(recordFile());
  rmSync(join(site.storage, 'machines', NAME), { recursive: true });
  const calls = site.calls.length;
  expect(await failing(site.up(site.journal()))).toContain(
    'belongs to another repository (id 815)',
  );
  expect(await failing(site.down())).toContain('belongs to another repository (id 815)');
  expect(site.calls.slice(calls).map((words) => words[2])).toEqual(['version', 'create']);
});

test('`host-key: first-use` reads the key once, and pins it', async () => {
  const { lines } = await made({ options: { 'host-key': 'first-use' } });
  expect(read(recordFile()).labels['swarm-up.host-key']).toBe(HOST_KEY);
  expect(site.calls.filter((words) => words[2] === 'ssh')).toHaveLength(1);
  expect(lines.join('\n')).toContain('is accepted as the machine shows it first, and pinned');
  await site.up(site.journal());
  expect(site.calls.filter((words) => words[2] === 'ssh')).toHaveLength(1);
});

test('hosts that exist: an address for each, keys from `ssh-known-hosts`', async () => {
  const flags = { 'ip-address': ['192.0.2.1', '192.0.2.2'], 'ssh-key': KEY_FILE };
  const options = { driver: 'generic', flags };
  const inputs = { nodes: '2', 'ssh-known-hosts': `192.0.2.1 ${HOST_KEY}` };
  const { lines } = await made({ options, inputs });
  expect(site.calls.at(-1)?.join(' ')).not.toContain('userdata');
  expect([...site.place.world.engines.keys()]).toEqual(
    expect.arrayContaining(['192.0.2.1', '192.0.2.2']),
  );
  expect(lines.join('\n')).toContain('rewrites the host name and the options of the engine');
  expect(read(recordFile()).labels).not.toHaveProperty('swarm-up.host-key');
  expect((await site.down()).error).toBeUndefined();
  const third = await failing(site.with({ nodes: '3' }).up(site.journal()));
  expect(third).toContain('3 machines are wanted, and `generic-ip-address` names 2 hosts.');
});

const HOSTED = { variables: { RUNNER_ENVIRONMENT: 'github-hosted' } };
const NO_STORAGE = { 'storage-path': undefined };

test.each<readonly [string, About, string]>([
  ['an unknown driver', { options: { driver: 'nothere' } }, 'has no driver nothere on the runner'],
  ['an unknown flag', { options: { flags: { regoin: 'x' } } }, 'Is `digitalocean-region` meant?'],
  [
    'a secret among the flags',
    { options: { flags: { 'access-token': 'x' } } },
    'from a secret, as DIGITALOCEAN_ACCESS_TOKEN.',
  ],
  [
    'user data of the user',
    { options: { flags: { userdata: '/x' } } },
    '`userdata` is not taken with `host-key: pinned`',
  ],
  [
    'hosts that docker-machine would log in to by some key',
    { options: { driver: 'generic', flags: { 'ip-address': '192.0.2.1' } } },
    'needs `generic-ssh-key` in `flags`',
  ],
  [
    'hosts whose keys nobody knows',
    { options: { driver: 'generic', flags: { 'ip-address': '192.0.2.1', 'ssh-key': KEY_FILE } } },
    'Give their lines as `ssh-known-hosts`',
  ],
  [
    'a ttl on a runner that is thrown away',
    { ...HOSTED, options: NO_STORAGE, inputs: { ttl: '1h' } },
    '`ttl`: machines of docker-machine cannot outlive a job',
  ],
  [
    'machines that stay on a runner that is thrown away',
    { ...HOSTED, options: NO_STORAGE, inputs: { teardown: 'on-success' } },
    '`teardown: on-success`: machines of docker-machine cannot outlive a job',
  ],
])('%s is refused before anything is made', async (_, about, message) => {
  site = modelDockerMachine({ ...about, inputs: { nodes: '1', ...about.inputs } });
  const run = await site.up(site.journal());
  expect(describeError(run.error)).toContain(message);
  expect(run.state).toBeUndefined();
  expect(site.calls.filter((words) => words.at(-1) === NAME)).toEqual([]);
  expect(existsSync(site.storage)).toBe(false);
});

test('what an engine is given is in no plan', async () => {
  const { lines } = await made({ options: { flags: { 'engine-opt': ['x=y'] } } });
  expect(lines).toContain('1 × docker-machine dev, driver digitalocean');
});

test('a kept storage path is taken at its word', async () => {
  await made({ ...HOSTED, inputs: { ttl: '1h' } });
});

test('what docker-machine refuses before it asks its driver leaves nothing', async () => {
  const flags = { 'ip-address': '192.0.2.1', 'ssh-key': '/nowhere' };
  site = modelDockerMachine({
    options: { driver: 'generic', flags },
    inputs: { nodes: '1', 'ssh-known-hosts': `192.0.2.1 ${HOST_KEY}` },
  });
  const text = await failing(site.up(site.journal()));
  expect(text).toContain(`docker-machine could not make machine ${NAME} (driver generic).`);
  expect(text).toContain('Error with pre-create check: "SSH key does not exist');
  expect(text).toContain('Nothing was made.');
  expect(files()).toEqual([]);
});

test('a token that is missing is told in the words of docker-machine', async () => {
  site = modelDockerMachine({
    inputs: { nodes: '1' },
    variables: { DIGITALOCEAN_ACCESS_TOKEN: '' },
  });
  const text = await failing(site.up(site.journal()));
  expect(text).toContain('digitalocean driver requires the --digitalocean-access-token option');
});

test('a record that is not understood is not passed over', async () => {
  await made();
  change(recordFile(), { version: 2 });
  expect(await failing(site.down())).toContain('is not a record of a machine that is known here');
  expect(site.droplets.size).toBe(1);
});

test('a record that a killed run was writing goes with that of its machine, and no other one', async () => {
  await made();
  const others = recordFile(`${NAME}0`);
  for (const file of [recordFile(), others]) writeFileSync(`${file}.0a1b2c3d`, '{');
  expect((await site.down()).error).toBeUndefined();
  expect(await site.left()).toEqual([`file ${NAME}0.json.0a1b2c3d`]);
});

test('a machine that a killed run still makes is removed only afterwards', async () => {
  await made();
  const argv = ['docker-machine', '-s', site.storage, 'create', '--driver', 'digitalocean', NAME];
  const process: Process = { pid: 4711, started: '1', argv };
  const sent: string[] = [];
  let looks = 0;
  const table: ProcessTable = {
    list: async () => {
      looks += 1;
      return sent.length === 0 ? [process] : [];
    },
    read: async () => process,
    kill: (_pid, signal) => {
      expect(site.calls.some((words) => words[2] === 'rm')).toBe(false);
      sent.push(signal);
    },
  };
  const { log, lines } = recordedLog();
  const driver = createDockerMachineDriver(
    {
      ...{ flags: {}, binary: 'docker-machine', 'host-key': 'pinned' },
      'storage-path': site.storage,
    },
    {
      given: { hasKnownHosts: false, teardown: 'auto', isHosted: false },
      ...{ knownHosts: parseKnownHosts(''), variables: {}, purpose: 'find', table },
    },
    { runner: site.runner, log },
  );
  const id = { cluster: 'conform', repository: '4711' };
  await driver.destroyCluster(id);
  expect(sent).toEqual(['SIGTERM']);
  expect(lines).toEqual([expect.stringContaining(`${NAME} is still being made`)]);
  expect(await site.left()).toEqual([]);
  // It may begin with the next machine.
  sent.length = 0;
  expect(await driver.isGone(id)).toBe(false);
  expect(await driver.isGone({ ...id, repository: '815' })).toBe(true);
  expect(looks).toBeGreaterThan(2);
});
