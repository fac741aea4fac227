// A cloud of host containers for the driver command: one program for all of its options. What it
// knows of them lies in a folder, as a cloud keeps it. It imports nothing, to start quickly.
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

const { HOST_CLOUD: folder = '', HOST_CLOUD_FLAGS = '[]', HOST_CLOUD_IMAGE = '' } = process.env;
const request = JSON.parse(readFileSync(0, 'utf8'));
const { action, name, cluster, repository } = request;

type Labels = Readonly<Record<string, string>>;

interface Container {
  readonly Name: string;
  readonly Created: string;
  readonly State: { readonly Running: boolean };
  readonly Config: { readonly Labels: Labels };
  readonly NetworkSettings: {
    readonly Networks: Readonly<Record<string, { readonly IPAddress: string }>>;
  };
}

const docker = (...args: string[]) =>
  execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }).trim();
const MARK = `host-cloud=${basename(folder)}`;
const write = (file: string, value: unknown) =>
  writeFileSync(join(folder, file), JSON.stringify(value));
const read = (file: string): Labels | undefined =>
  existsSync(join(folder, file)) ? JSON.parse(readFileSync(join(folder, file), 'utf8')) : undefined;

const isMeant = (labels: Labels) =>
  (cluster ?? labels['swarm-up.cluster']) === labels['swarm-up.cluster'] &&
  (repository ?? labels['swarm-up.repository']) === labels['swarm-up.repository'];

function machines() {
  const ids = docker('ps', '--all', '--quiet', `--filter=label=${MARK}`);
  if (ids === '') return [];
  const found: Container[] = JSON.parse(docker('inspect', ...ids.split('\n')));
  return found
    .map(({ Name, Created: created, State, Config, NetworkSettings }) => {
      const own = Name.slice(1);
      const [network] = Object.values(NetworkSettings.Networks);
      const state = State.Running ? 'running' : 'stopped';
      // Labels of a container cannot be changed; what `renew` has written stands beside it.
      const labels = { ...Config.Labels, ...read(`${own}.renewed`) };
      return { name: own, labels, created, state, address: network?.IPAddress, user: 'root' };
    })
    .filter(({ labels }) => isMeant(labels));
}

function shared() {
  return readdirSync(folder)
    .filter((file) => file.endsWith('.shared'))
    .map((file) => ({ name: basename(file, '.shared'), labels: read(file) ?? {} }))
    .filter(({ labels }) => isMeant(labels));
}

/** As cloud-init would put them there. */
function putKeys(): void {
  const root = mkdtempSync(join(folder, 'keys-'));
  const put = (path: string, file: string, text: string) => {
    mkdirSync(join(root, path), { recursive: true, mode: 0o700 });
    writeFileSync(join(root, path, file), text, { mode: 0o600 });
  };
  put('etc/ssh', 'ssh_host_ed25519_key', request.host_key.private);
  put('root/.ssh', 'authorized_keys', `${request.authorized_keys.join('\n')}\n`);
  docker('cp', join(root, 'etc/ssh/ssh_host_ed25519_key'), `${name}:/etc/ssh/`);
  docker('cp', join(root, 'root/.ssh'), `${name}:/root/`);
  rmSync(root, { recursive: true });
}

async function create(): Promise<object> {
  console.error('It is said here what a program does.');
  while (existsSync(join(folder, 'hold'))) {
    writeFileSync(join(folder, 'held'), '');
    await wait(20);
  }
  if (!machines().some((one) => one.name === name)) {
    const labels = [MARK, ...Object.entries(request.labels).map((pair) => pair.join('='))];
    const identity = [`--name=${name}`, `--hostname=${request.host_name}`];
    const flags = [...identity, ...labels.map((label) => `--label=${label}`)];
    docker('create', ...flags, ...JSON.parse(HOST_CLOUD_FLAGS), HOST_CLOUD_IMAGE);
    putKeys();
  }
  docker('start', name);
  return { name, address: machines().find((one) => one.name === name)?.address, user: 'root' };
}

function remove(): object {
  if (action === 'destroy') docker('rm', '--force', '--volumes', name);
  for (const file of [`${name}.renewed`, `${name}.shared`])
    rmSync(join(folder, file), { force: true });
  return {};
}

function renew(): object {
  for (const one of machines()) write(`${one.name}.renewed`, request.labels);
  for (const one of shared()) write(`${one.name}.shared`, { ...one.labels, ...request.labels });
  return {};
}

function prepare(): object {
  write(`${name}.shared`, request.labels);
  write('ports', request.ports);
  return {};
}

const programs: Readonly<Record<string, () => object | Promise<object>>> = {
  ...{ create, destroy: remove, cleanup: remove, renew, prepare },
  list: () => ({ machines: machines(), shared: shared() }),
};
console.log(JSON.stringify(await programs[action]?.()));
