// docker-machine as its transcript of 2019 has it: words, exit codes, files. What it does not know
// is an error, so that nothing is taken for granted. Machines are somebody else's: a `Provider`.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPair } from '../../../src/ssh/keys/generate.ts';
import { DRIVERS, type DriverOfStandIn, helpOf } from './drivers.ts';

/** A machine that a provider is asked for. */
export interface Wanted {
  readonly name: string;
  readonly publicKey: string;
  readonly userData: string | undefined;
  /** Of a host that exists. */
  readonly address: string | undefined;
}

/** Who has the machines. */
export interface Provider {
  /** Gives the address. */
  make(wanted: Wanted): Promise<string>;
  /** Gone already is success. Throws with the provider's words. */
  remove(name: string): Promise<void>;
  state(name: string): Promise<string>;
  /** As `cat` of its file says. */
  hostKey(name: string): Promise<string>;
}

export interface Told {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly provider: Provider;
  /** As they come, standard output and standard error. */
  readonly line?: ((line: string) => void) | undefined;
  /** Moments at which a test may stop it. */
  readonly at?: ((moment: 'before driver' | 'after driver') => Promise<void>) | undefined;
}

interface Config {
  readonly Driver: { readonly IPAddress: string; readonly [key: string]: unknown };
  readonly DriverName: string;
}

/** It ends with this code and these words. */
class Ending extends Error {
  readonly code: number;
  constructor(code: number, words: string) {
    super(words);
    this.code = code;
  }
}

const missing = (name: string) =>
  `Docker machine "${name}" does not exist. Use "docker-machine ls" to list machines. Use "docker-machine create" to add a new one.`;

/** Runs it with the words behind its name. Throws where the transcript says nothing of them. */
export async function standIn(words: readonly string[], io: Io): Promise<Told> {
  const out: string[] = [];
  const say = (line: string) => {
    out.push(`${line}\n`);
    io.line?.(line);
  };
  const [dash, storage = '', command = '', ...rest] = words;
  if (dash !== '-s' || io.env.MACHINE_STORAGE_PATH !== storage) throw unknown(words);
  const run = { storage, io, say };
  try {
    await commandOf(command, words)(run, rest);
    return { exitCode: 0, stdout: out.join(''), stderr: '' };
  } catch (error) {
    if (!(error instanceof Ending)) throw error;
    for (const line of error.message.split('\n')) io.line?.(line);
    return { exitCode: error.code, stdout: out.join(''), stderr: `${error.message}\n` };
  }
}

interface Run {
  readonly storage: string;
  readonly io: Io;
  readonly say: (line: string) => void;
}
type Command = (run: Run, words: readonly string[]) => void | Promise<void>;

function commandOf(command: string, words: readonly string[]): Command {
  const known: Readonly<Record<string, Command>> = {
    version: ({ say }) => say('docker-machine version dev, build HEAD'),
    create,
    rm: remove,
    status: async ({ storage, io, say }, [name = '']) => {
      load(storage, name);
      say(await io.provider.state(name));
    },
    ip: async ({ storage, say }, [name = '']) => say(load(storage, name).Driver.IPAddress),
    inspect: ({ storage, say }, [name = '']) => say(JSON.stringify(load(storage, name), null, 4)),
    ssh: async ({ storage, io, say }, [name = '', ...line]) => {
      load(storage, name);
      if (line.join(' ') !== '-- cat /etc/ssh/ssh_host_ed25519_key.pub') throw unknown(words);
      say(await io.provider.hostKey(name));
    },
  };
  const found = known[command];
  if (!found) throw unknown(words);
  return found;
}

const unknown = (words: readonly string[]) =>
  new Error(`The stand-in for docker-machine does not know: ${words.join(' ')}`);

function load(storage: string, name: string): Config {
  const file = join(storage, 'machines', name, 'config.json');
  if (!existsSync(join(storage, 'machines', name))) throw new Ending(1, missing(name));
  if (!existsSync(file)) throw new Ending(1, `open ${file}: no such file or directory`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function remove({ storage, io, say }: Run, words: readonly string[]): Promise<void> {
  const [yes, name = ''] = words;
  if (yes !== '-y' || words.length !== 2) throw unknown(['rm', ...words]);
  say(`About to remove ${name}`);
  say('WARNING: This action will delete both local reference and remote instance.');
  const fail = (error: unknown) => {
    const said = error instanceof Error ? error.message : String(error);
    throw new Ending(1, `Error removing host "${name}": ${said}`);
  };
  try {
    const { DriverName, Driver } = load(storage, name);
    // What a driver has not written, it does not know of, and does not remove.
    if (DriverName !== 'generic' && Driver.IPAddress !== '') await io.provider.remove(name);
  } catch (error) {
    fail(error);
  }
  rmSync(join(storage, 'machines', name), { recursive: true });
  say(`Successfully removed ${name}`);
}

async function create(run: Run, words: readonly string[]): Promise<void> {
  const { storage, io, say } = run;
  const [driverFlag, driverName = '', ...rest] = words;
  if (driverFlag !== '--driver') throw unknown(['create', ...words]);
  const driver = DRIVERS[driverName];
  if (!driver) {
    throw new Ending(
      1,
      `Driver "${driverName}" not found. Do you have the plugin binary "docker-machine-driver-${driverName}" accessible in your PATH?`,
    );
  }
  if (rest.join(' ') === '--help') {
    for (const line of helpOf(driver)) say(line);
    return;
  }
  const { name, labels, flags } = read(rest, driver);
  if (!/^[A-Za-z0-9.-]+$/.test(name)) {
    throw new Ending(
      1,
      'Error creating machine: Invalid hostname specified. Allowed hostname chars are: 0-9a-zA-Z . -',
    );
  }
  const folder = join(storage, 'machines', name);
  if (existsSync(folder)) throw new Ending(1, `Docker machine "${name}" already exists`);
  const wrong = driver.missing(flags, io.env);
  if (wrong !== undefined) {
    throw new Ending(1, `Error setting machine configuration from flags provided: ${wrong}`);
  }
  certify(run);
  say('Running pre-create checks...');
  const path = flags.get(driver.userData ?? '')?.at(-1);
  const isMissing = path !== undefined && !existsSync(path);
  const missing = isMissing ? `user-data file ${path} could not be found` : undefined;
  const refused = driver.check(flags) ?? missing;
  if (refused !== undefined) throw new Ending(3, `Error with pre-create check: "${refused}"`);
  const keyPath = join(folder, driver.keyFile);
  const config = {
    ConfigVersion: 3,
    Driver: {
      ...driver.config(flags, io.env),
      ...{ MachineName: name, SSHKeyPath: keyPath, StorePath: storage, IPAddress: '' },
      // It goes by the agent then.
      ...(driverName === 'generic' && !flags.has('generic-ssh-key') && { SSHKeyPath: '' }),
    },
    DriverName: driverName,
    HostOptions: { EngineOptions: { Labels: labels, InstallURL: 'https://get.docker.com' } },
    Name: name,
  };
  const save = (address: string) => {
    const text = { ...config, Driver: { ...config.Driver, IPAddress: address } };
    writeFileSync(join(folder, 'config.json'), JSON.stringify(text, null, 4), { mode: 0o600 });
  };
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const given = flags.get('generic-ip-address')?.at(-1);
  save(given ?? '');
  say('Creating machine...');
  for (const line of driver.says) say(`(${name}) ${line}`);
  const own = flags.get('generic-ssh-key')?.at(-1);
  const key = generateKeyPair('');
  const text = own === undefined ? key.privateKey : readFileSync(own, 'utf8');
  writeFileSync(keyPath, text, { mode: 0o600 });
  const userData = path === undefined ? undefined : readFileSync(path, 'utf8');
  await io.at?.('before driver');
  const wanted = { name, publicKey: key.publicKey, userData, address: given };
  const address = await io.provider.make(wanted).catch((error: Error) => {
    throw new Ending(
      1,
      `Error creating machine: Error in driver during machine creation: ${error.message}`,
    );
  });
  // As the program does: it makes the folder anew where somebody has removed it.
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  save(address);
  say('Waiting for machine to be running, this may take a few minutes...');
  await io.at?.('after driver');
  for (const line of PROVISIONING) say(line);
  say(
    `To see how to connect your Docker Client to the Docker Engine running on this virtual machine, run: docker-machine env ${name}`,
  );
}

const PROVISIONING = [
  'Detecting operating system of created instance...',
  'Waiting for SSH to be available...',
  'Detecting the provisioner...',
  'Provisioning with debian...',
  'Copying certs to the local machine directory...',
  'Copying certs to the remote machine...',
  'Setting Docker configuration on the remote daemon...',
  'Checking connection to Docker...',
  'Docker is up and running!',
];

function certify({ storage, say }: Run): void {
  const folder = join(storage, 'certs');
  if (existsSync(join(folder, 'cert.pem'))) return;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  say(`Creating CA: ${join(folder, 'ca.pem')}`);
  say(`Creating client certificate: ${join(folder, 'cert.pem')}`);
  for (const file of ['ca-key.pem', 'ca.pem', 'cert.pem', 'key.pem']) {
    writeFileSync(join(folder, file), '');
  }
}

/** The words behind the driver: flags that it has, and the name at the end. */
function read(words: readonly string[], driver: DriverOfStandIn) {
  const labels: string[] = [];
  const flags = new Map<string, string[]>();
  const known = [...driver.flags.map(({ name }) => name), 'engine-install-url', 'engine-opt'];
  const rest = [...words];
  const name = rest.pop() ?? '';
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--engine-label') {
      labels.push(rest.shift() ?? '');
      continue;
    }
    const [, flag = word, value = ''] = /^--([^=]+)=([\s\S]*)$/.exec(word) ?? [];
    if (!known.includes(flag)) {
      throw new Ending(1, `flag provided but not defined: -${flag}`);
    }
    flags.set(flag, [...(flags.get(flag) ?? []), value]);
  }
  return { name, labels, flags };
}

/** The machines that it has in a storage. */
export function machinesIn(storage: string): readonly string[] {
  const folder = join(storage, 'machines');
  return existsSync(folder) ? readdirSync(folder) : [];
}
