// A stand-in of Terraform that knows one module: the one beside it. What it answers is checked
// against recorded answers of the real program (recorded.json).
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../../src/exec/executor.ts';
import {
  type Action,
  type Change,
  done,
  json,
  planned,
  stale,
  summary,
  text,
  wholeRun,
} from './fake-messages.ts';

/** Where states are kept, by workspace. */
export interface Backend {
  /** As `init` writes it down. */
  readonly type: string;
  list(): readonly string[];
  read(name: string): string | undefined;
  write(name: string, text: string): void;
  remove(name: string): void;
}

/** What the module's provisioners do. */
export interface Machines {
  create(machine: MachineInput): void | Promise<void>;
  destroy(machine: MachineInput): void | Promise<void>;
}

export interface MachineInput {
  readonly name: string;
  readonly program: string;
  readonly address: string;
  readonly user_data: string;
}

interface Asked {
  readonly ports: readonly unknown[];
  readonly machines: Readonly<Record<string, { readonly name: string; readonly index: number }>>;
}

interface Variables {
  readonly swarm_up: Asked;
  readonly swarm_up_user_data: Readonly<Record<string, string>>;
  readonly program?: string;
  readonly network?: string;
  readonly user?: string;
}

interface Resource {
  readonly mode: 'managed';
  readonly type: 'terraform_data';
  readonly name: string;
  readonly instances: readonly {
    readonly index_key?: string;
    readonly attributes: { readonly input: { readonly value: unknown } };
  }[];
}

interface State {
  readonly version: 4;
  readonly serial: number;
  readonly lineage: string;
  readonly outputs: Readonly<Record<string, { readonly value: unknown }>>;
  readonly resources: readonly Resource[];
}

/** What a resource has in the state, by address. */
type Inputs = Map<string, unknown>;

const MARKER = 'terraform_data.swarm_up';
const FIREWALL = 'terraform_data.firewall';
const machineAddress = (key: string) => `terraform_data.machine["${key}"]`;
const keyOf = (address: string) => /\["(.*)"\]$/.exec(address)?.[1];
const isMachine = (address: string) => keyOf(address) !== undefined;

export const VERSION = '1.11.4';

/** Gives a function that answers a command line, with the variables of its environment. */
export function fakeTerraform(backend: Backend, machines: Machines) {
  return async (
    words: readonly string[],
    env: Readonly<Record<string, string | undefined>>,
  ): Promise<RunResult> => {
    const [, ...given] = words;
    const workspace = env.TF_WORKSPACE ?? 'default';
    const flag = (name: string) => given.findLast((one) => one.startsWith(`-${name}=`));
    const textOf = (name: string) => flag(name)?.slice(name.length + 2) ?? '';
    const variables = (): Variables =>
      Object.assign(
        {},
        ...given
          .filter((one) => one.startsWith('-var-file='))
          .map((one) => JSON.parse(readFileSync(one.slice('-var-file='.length), 'utf8'))),
      );
    switch (given[0]) {
      case 'version':
        return text(JSON.stringify({ terraform_version: VERSION, platform: 'linux_amd64' }));
      case 'init': {
        const data = env.TF_DATA_DIR ?? '';
        mkdirSync(data, { recursive: true });
        const settings = JSON.stringify({ version: 3, backend: { type: backend.type } });
        if (backend.type !== 'local') writeFileSync(join(data, 'terraform.tfstate'), settings);
        return text('Terraform has been successfully initialized!\n');
      }
      case 'validate':
        return text(JSON.stringify({ format_version: '1.0', valid: true, diagnostics: [] }));
      case 'state':
        return text(`${backend.read(workspace) ?? ''}\n`);
      case 'workspace':
        return given[1] === 'list' ? list(backend) : remove(backend, given.at(-1) ?? '');
      case 'plan': {
        const wanted = variables();
        const state = read(backend, workspace);
        const changes = changesOf(inputsOf(state), wantedInputs(wanted, inputsOf(state)));
        const file = textOf('out');
        if (file !== '') {
          const { serial = 0 } = state ?? {};
          writeFileSync(file, JSON.stringify({ serial, wanted }));
        }
        return json([...planned(changes), summary('plan', changes)]);
      }
      case 'apply': {
        if (textOf('target') !== '') {
          const wanted = variables();
          const before = inputsOf(read(backend, workspace));
          const after = new Map(before).set(MARKER, wanted.swarm_up);
          write(backend, workspace, after, undefined);
          const changes = changesOf(before, after);
          return json(wholeRun('apply', changes));
        }
        const file = given.at(-1) ?? '';
        const plan: { serial: number; wanted: Variables } = JSON.parse(readFileSync(file, 'utf8'));
        const state = read(backend, workspace);
        if ((state?.serial ?? 0) !== plan.serial) return stale();
        const changes = await applied(backend, machines, workspace, plan.wanted);
        return json([...planned(changes), ...done(changes), summary('apply', changes)]);
      }
      case 'destroy': {
        const before = inputsOf(read(backend, workspace));
        const changes = changesOf(before, new Map());
        for (const [address, input] of before) {
          if (isMachine(address)) await machines.destroy(input as MachineInput);
        }
        write(backend, workspace, new Map(), {});
        return json(wholeRun('destroy', changes));
      }
      default:
        return { exitCode: 127, stdout: '', stderr: `The stand-in has no command ${given[0]}.\n` };
    }
  };
}

async function applied(
  backend: Backend,
  machines: Machines,
  workspace: string,
  wanted: Variables,
): Promise<readonly Change[]> {
  const before = inputsOf(read(backend, workspace));
  const after = wantedInputs(wanted, before);
  const changes = changesOf(before, after);
  const now: Inputs = new Map(before);
  for (const { addr, action } of changes) {
    const input = after.get(addr);
    if (isMachine(addr) && action === 'delete')
      await machines.destroy(before.get(addr) as MachineInput);
    if (isMachine(addr) && action === 'create') await machines.create(input as MachineInput);
    if (action === 'delete') now.delete(addr);
    else now.set(addr, input);
    // Each resource is in the state as soon as it is there.
    write(backend, workspace, now, undefined);
  }
  const nodes = [...after]
    .filter(([address]) => isMachine(address))
    .map(([address, input]) => ({
      name: keyOf(address),
      address: (input as MachineInput).address,
      user: wanted.user ?? 'swarm-up',
    }));
  write(backend, workspace, after, { swarm_up: { value: { nodes } } });
  return changes;
}

/** What the module makes of its variables; machines that exist stay as they are. */
function wantedInputs(
  { swarm_up, swarm_up_user_data, program = 'true', network = '192.0.2' }: Variables,
  before: Inputs,
): Inputs {
  const all: Inputs = new Map<string, unknown>([
    [MARKER, swarm_up],
    [FIREWALL, swarm_up.ports],
  ]);
  for (const [key, { name, index }] of Object.entries(swarm_up.machines)) {
    const address = `${network}.${100 + index}`;
    const input = { name, program, address, user_data: swarm_up_user_data[key] ?? '' };
    all.set(machineAddress(key), before.get(machineAddress(key)) ?? input);
  }
  return all;
}

function changesOf(before: Inputs, after: Inputs): readonly Change[] {
  const changeOf = (addr: string): readonly Change[] => {
    const action = actionOf(before.get(addr), after.get(addr));
    return action === undefined ? [] : [{ addr, key: keyOf(addr), action }];
  };
  return [...new Set([...before.keys(), ...after.keys()])].flatMap(changeOf);
}

function actionOf(before: unknown, after: unknown): Action | undefined {
  if (before === undefined) return 'create';
  if (after === undefined) return 'delete';
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : 'update';
}

function read(backend: Backend, workspace: string): State | undefined {
  const kept = backend.read(workspace);
  return kept === undefined ? undefined : JSON.parse(kept);
}

function inputsOf(state: State | undefined): Inputs {
  const all: Inputs = new Map();
  for (const { name, instances } of state?.resources ?? []) {
    for (const { index_key: key, attributes } of instances) {
      const address = key === undefined ? `terraform_data.${name}` : machineAddress(key);
      all.set(address, attributes.input.value);
    }
  }
  return all;
}

/** Outputs stay as they are if there are none. */
function write(
  backend: Backend,
  workspace: string,
  inputs: Inputs,
  outputs: State['outputs'] | undefined,
): void {
  const before = read(backend, workspace);
  const instanceOf = ([address, value]: readonly [string, unknown]) => {
    const key = keyOf(address);
    return { ...(key !== undefined && { index_key: key }), attributes: { input: { value } } };
  };
  const resources = ['firewall', 'machine', 'swarm_up'].flatMap((name): Resource[] => {
    const own = [...inputs].filter(([address]) => /^\w+\.(\w+)/.exec(address)?.[1] === name);
    if (own.length === 0) return [];
    return [{ mode: 'managed', type: 'terraform_data', name, instances: own.map(instanceOf) }];
  });
  const state: State = {
    ...{ version: 4, serial: (before?.serial ?? 0) + 1, lineage: before?.lineage ?? randomUUID() },
    ...{ outputs: outputs ?? before?.outputs ?? {}, resources },
  };
  backend.write(workspace, JSON.stringify(state));
}

function list(backend: Backend): RunResult {
  return text(['* default', ...backend.list().map((name) => `  ${name}`), '', ''].join('\n'));
}

function remove(backend: Backend, name: string): RunResult {
  if (!backend.list().includes(name)) {
    return { exitCode: 1, stdout: '', stderr: `\nWorkspace "${name}" doesn't exist.\n` };
  }
  if (inputsOf(read(backend, name)).size > 0) {
    const stderr = `\nError: Workspace is not empty\n\nWorkspace "${name}" is currently tracking the following resource instances:\n`;
    return { exitCode: 1, stdout: '', stderr };
  }
  backend.remove(name);
  return text(`Deleted workspace "${name}"!\n`);
}

/** A backend in memory. */
export function memoryBackend(type = 's3'): Backend & { readonly states: Map<string, string> } {
  const states = new Map<string, string>();
  return {
    ...{ type, states },
    list: () => [...states.keys()],
    read: (name) => states.get(name),
    write: (name, state) => void states.set(name, state),
    remove: (name) => void states.delete(name),
  };
}
