// Terraform in a test where there is none: `node stand-in.ts <words>`, with the state in the folder of
// the module, as a local backend has it. With FAKE_BACKEND it is one that other runs reach, too.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type Backend, fakeTerraform, type MachineInput } from './fake-terraform.ts';

const words = process.argv.slice(2);
const module = words[0]?.replace('-chdir=', '') ?? '';
const { FAKE_BACKEND } = process.env;
const root = FAKE_BACKEND ?? join(module, 'terraform.tfstate.d');
const fileOf = (name: string) => join(root, name, 'terraform.tfstate');

const backend: Backend = {
  type: FAKE_BACKEND === undefined ? 'local' : 's3',
  list: () => (existsSync(root) ? readdirSync(root) : []),
  read: (name) => (existsSync(fileOf(name)) ? readFileSync(fileOf(name), 'utf8') : undefined),
  write: (name, text) => {
    mkdirSync(join(root, name), { recursive: true });
    writeFileSync(fileOf(name), text);
  },
  remove: (name) => rmSync(join(root, name), { recursive: true }),
};

function provision(action: string, { name, program, address, user_data }: MachineInput): void {
  const env = { ...process.env, ADDRESS: address, USER_DATA: user_data };
  execFileSync('sh', ['-c', `${program} ${action} ${name}`], { env, stdio: 'ignore' });
}

/** Held while a state may change; who comes next waits. */
const lock = `${root}.lock-${process.env.TF_WORKSPACE}`;
const isChanging = ['apply', 'plan', 'destroy'].includes(words[1] ?? '');

async function takeLock(): Promise<void> {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch {
      await wait(100);
    }
  }
}

// It stops when it has done what it does, as the real one.
process.on('SIGINT', () => {});
if (isChanging) await takeLock();
const { exitCode, stdout, stderr } = await fakeTerraform(backend, {
  create: (machine) => provision('create', machine),
  destroy: (machine) => provision('destroy', machine),
})(words, process.env);
process.stdout.write(stdout);
process.stderr.write(stderr);
process.exitCode = exitCode;
if (isChanging) rmSync(lock, { recursive: true });
