import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { check } from '../../support/check-in-process.ts';
import type { Script } from '../../support/scripted-programs.ts';

// The examples against stand-ins of the tools, which answer as their manuals say. The tools
// themselves were not run.

type Tool = (words: string[], input?: string) => string;
type Programs = Readonly<Record<string, (request: object) => object | Promise<object>>>;

const FOLDER = resolve(import.meta.dirname, '../../../examples/command');

async function programsOf(name: string, words: string[], ...more: unknown[]): Promise<Programs> {
  const { programs } = await import(join(FOLDER, `${name}.mjs`));
  return programs(words, ...more);
}

const script =
  (programs: Programs): Script =>
  async (request) =>
    (await programs[String(request.action)]?.(request)) ?? {};

/** The word behind a flag. */
const flag = (words: readonly string[], name: string) => words[words.indexOf(name) + 1] ?? '';

interface Kept {
  readonly name: string;
}

function keptInMemory() {
  const all = new Map<string, Kept>();
  return {
    all: () => [...all.values()],
    find: (name: string) => all.get(name),
    write: (one: Kept) => void all.set(one.name, one),
    remove: (name: string) => void all.delete(name),
  };
}

test('incus', async () => {
  const all = new Map<string, { config: Record<string, string>; status: string }>();
  const incus: Tool = (words, input = '') => {
    const name = words.at(-1) ?? '';
    const network = { addresses: [{ family: 'inet', scope: 'global', address: '10.1.1.7' }] };
    if (words[0] === 'list') {
      const listed = [...all].map(([key, one]) => ({
        ...{ name: key, ...one, created_at: '2026-11-30T12:00:00.5Z' },
        state: { network: one.status === 'Running' ? { enp5s0: network } : {} },
      }));
      return JSON.stringify(listed);
    }
    if (words[0] === 'create') {
      expect(words).toEqual(['create', 'images:debian/13/cloud', '--vm', name]);
      all.set(name, { status: 'Stopped', config: JSON.parse(input).config });
    }
    const one = all.get(name) ?? all.get(words[2] ?? '');
    if (!one) throw new Error('not found');
    if (words[0] === 'start') one.status = 'Running';
    if (words[0] === 'delete') all.delete(name);
    if (words[0] === 'config') one.config['user.swarm-up'] = name.replace('user.swarm-up=', '');
    return '';
  };
  const programs = await programsOf('incus', ['images:debian/13/cloud', '--vm'], incus);
  const { failed } = await check(script(programs), ['create', 'list', 'destroy', 'renew']);
  expect(failed).toEqual([]);
  expect([...all]).toEqual([]);
});

test('multipass', async () => {
  const all = new Map<string, { name: string; state: string; ipv4: string[] }>();
  const multipass: Tool = (words, input = '') => {
    if (words[0] === 'list') return JSON.stringify({ list: [...all.values()] });
    if (words[0] === 'launch') {
      expect(input).toMatch(/^#cloud-config\n/);
      const name = flag(words, '--name');
      all.set(name, { name, state: 'Running', ipv4: ['10.2.2.7', '172.17.0.1'] });
    }
    if (words[0] === 'delete') all.delete(words.at(-1) ?? '');
    return '';
  };
  const programs = await programsOf('multipass', ['24.04'], multipass, keptInMemory());
  const { failed } = await check(script(programs), ['create', 'list', 'destroy', 'renew']);
  expect(failed).toEqual([]);
  expect([...all]).toEqual([]);
});

test('lima', async () => {
  const all = new Map<string, { name: string; status: string; sshLocalPort: number }>();
  const limactl: Tool = (words, input = '') => {
    const name = words.at(-1) ?? '';
    if (words[0] === 'list') return [...all.values()].map((one) => JSON.stringify(one)).join('\n');
    if (words[0] === 'create') {
      const { base, provision } = JSON.parse(input);
      expect(base).toEqual(['template:debian-13']);
      expect(provision[0].script).toContain('BEGIN OPENSSH PRIVATE KEY');
      const created = flag(words, '--name');
      all.set(created, { name: created, status: 'Stopped', sshLocalPort: 60_022 });
    }
    const one = all.get(name);
    if (words[0] === 'start' && one) one.status = 'Running';
    if (words[0] === 'delete') all.delete(name);
    return words[0] === 'shell' ? '192.168.104.3 172.17.0.1 \n' : '';
  };
  const programs = await programsOf('lima', ['template:debian-13'], limactl, keptInMemory());
  const { failed } = await check(script(programs), ['create', 'list', 'destroy', 'renew']);
  expect(failed).toEqual([]);
  expect([...all]).toEqual([]);
});

test('hcloud', async () => {
  interface Thing {
    readonly kind: string;
    readonly name: string;
    readonly labels: Record<string, string>;
  }
  const all: Thing[] = [];
  const rules: string[] = [];
  const pairs = (words: readonly string[]) => words.map((word) => word.split('=', 2));
  const hcloud: Tool = (words, input = '') => {
    const [kind = '', verb, ...rest] = words;
    const own = all.filter((one) => one.kind === kind);
    if (verb === 'list') {
      const marked = own.filter(({ labels }) => labels[flag(words, '--selector')] !== undefined);
      const more = { created: '2026-11-30T12:00:00Z', status: 'running' };
      const nets = {
        public_net: { ipv4: { ip: '198.51.100.7' } },
        private_net: [{ ip: '10.64.0.2' }],
      };
      // As `hcloud` 1.30.3 prints an empty list.
      if (marked.length === 0) return 'null\n';
      return JSON.stringify(marked.map((one) => ({ ...one, ...more, ...nets })));
    }
    const name =
      verb === 'create' ? flag(rest, '--name') : (rest.find((word) => /^su-/.test(word)) ?? '');
    const found = own.find((one) => one.name === name);
    if (verb === 'create') {
      if (found) throw new Error('uniqueness_error');
      const labels = rest.filter((_, at) => rest[at - 1] === '--label');
      for (const [, value = ''] of pairs(labels)) {
        expect(value).toMatch(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/);
      }
      all.push({ kind, name, labels: Object.fromEntries(pairs(labels)) });
      if (kind === 'server') expect(input).toMatch(/^#cloud-config\n/);
    } else if (!found) {
      throw new Error(`${kind} not found: ${name}`);
    }
    if (kind === 'firewall' && input) rules.splice(0, rules.length, input);
    if (verb === 'add-label') {
      // `hcloud` 1.30.3 takes one label only.
      expect(rest).toHaveLength(3);
      Object.assign(found?.labels ?? {}, Object.fromEntries(pairs(rest.slice(2))));
    }
    if (verb === 'delete' && found) all.splice(all.indexOf(found), 1);
    return '';
  };
  const programs = await programsOf('hcloud', ['--type', 'cx23'], hcloud);
  const { failed } = await check(script(programs));
  expect(failed).toEqual([]);
  expect(all).toEqual([]);
  expect(JSON.parse(rules[0] ?? '[]').map(({ port }: { port: string }) => port)).toEqual([
    '22',
    '80',
  ]);
});

/** Terraform with a module that makes nothing, as version 1.11.4 answers. */
function terraformStandIn() {
  interface State {
    value?: object;
    resources: number;
  }
  const states = new Map<string, State>();
  const calls: string[] = [];
  const terraform = async (words: string[], workspace = 'default', variables?: object) => {
    const [verb = '', what, name = ''] = words;
    calls.push(`${verb} ${workspace}`);
    if (verb === 'init') return '';
    if (verb === 'workspace' && what === 'list') {
      return ['* default', ...[...states.keys()].map((one) => `  ${one}`), ''].join('\n');
    }
    if (verb === 'workspace') {
      if (states.get(name)?.resources) throw new Error(`Workspace "${name}" is not empty`);
      states.delete(name);
      return '';
    }
    const state = states.get(workspace) ?? { resources: 0 };
    states.set(workspace, state);
    if (verb === 'output')
      return JSON.stringify(state.value ? { swarm_up: { value: state.value } } : {});
    if (verb === 'state') return `data.x.y\n${'x.y\n'.repeat(state.resources)}`;
    const asked = (variables as { swarm_up: { make: boolean; kind: string } }).swarm_up;
    const remove = state.resources;
    state.resources = verb === 'apply' && asked.make ? 1 : 0;
    if (verb === 'apply') {
      const address = asked.make && asked.kind === 'machine' ? '192.0.2.7' : null;
      state.value = { asked, address };
      return '';
    }
    delete state.value;
    const summary = { type: 'change_summary', changes: { operation: 'destroy', remove } };
    return `${JSON.stringify({ type: 'version' })}\n${JSON.stringify(summary)}\n`;
  };
  return { states, calls, terraform };
}

const terraformPrograms = async (terraform: unknown, options: object): Promise<Programs> =>
  (await import(join(FOLDER, 'terraform.mjs'))).programs('no-such-folder', terraform, options);

test('terraform', async () => {
  const { states, calls, terraform } = terraformStandIn();
  const programs = await terraformPrograms(terraform, { allowsLocal: true });
  const { failed } = await check(script(programs));
  expect(failed).toEqual([]);
  expect([...states]).toEqual([]);
  // First the labels, then the machine.
  const made = calls.filter((call) => call === 'apply su-1-check-1');
  expect(made.length).toBeGreaterThanOrEqual(2);
});

test('terraform: a lost state is never a success, neither of a removal nor of a list', async () => {
  const { states, terraform } = terraformStandIn();
  const programs = await terraformPrograms(terraform, { allowsLocal: true });
  const id = { cluster: 'shop', repository: '1' };
  const labels = { 'swarm-up.cluster': 'shop', 'swarm-up.repository': '1' };
  const name = 'su-1-shop-1';
  await programs.create?.({ ...id, name, labels, index: 1, user_data: '' });
  states.set(name, { resources: 0 });
  await expect(programs.destroy?.({ ...id, name })).rejects.toThrow('has lost its state');
  await expect(programs.list?.(id)).rejects.toThrow('has lost its state');

  // A state that knows of the machine, and a destroy that removes nothing.
  const value = { asked: { kind: 'machine', labels, make: true }, address: '192.0.2.7' };
  states.set(name, { resources: 1, value });
  const deaf = async (words: string[], ...rest: [string?, object?]) =>
    words[0] === 'destroy' ? '' : await terraform(words, ...rest);
  const other = await terraformPrograms(deaf, { allowsLocal: true });
  await expect(other.destroy?.({ ...id, name })).rejects.toThrow('has lost its state');
});

test('terraform: a state on the runner is refused unless it is allowed', async () => {
  const { terraform } = terraformStandIn();
  const programs = await terraformPrograms(terraform, {});
  await expect(programs.list?.({})).rejects.toThrow('Give the module a backend');
});
