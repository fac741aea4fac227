// Machines of a module of Terraform, or of OpenTofu, for `driver: command`.
//   create: [node, examples/command/terraform.mjs, examples/command/terraform-hetzner]
// The words after the program: the folder of the module; then, if wanted, `--binary=tofu`,
// `--allow-local-state`, and options of `init` such as `-backend-config=bucket=states`.
// Each machine has a workspace of its own, and so has what the machines share.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Exit, isMeant, serve } from './protocol.mjs';
import { tool } from './terraform-tool.mjs';

const CHANGING = ['-json', '-auto-approve', '-input=false', '-lock-timeout=120s'];
/** As the driver calls what it makes: the repository, the cluster, and the index of a machine. */
const NAME = /^su-\d+-.+$/;
const LOCAL =
  'The state is a file on this computer, which is gone after the job: the machines could not be removed. Give the module a backend. If this computer keeps its files, add --allow-local-state.';

/**
 * `folder` is that of the module. `terraform` runs it: its words, the workspace, and the variables of
 * the module, if it needs any. `allowsLocal` lets the state lie on this computer.
 */
export function programs(folder, terraform, { init = [], allowsLocal = false } = {}) {
  const begin = async () => {
    await terraform(['init', '-input=false', '-no-color', ...init]);
    if (!allowsLocal && backendOf(folder) === 'local') throw new Error(LOCAL);
  };
  const workspaces = async () =>
    (await terraform(['workspace', 'list']))
      .split('\n')
      .map((line) => line.replace('*', '').trim())
      .filter((name) => NAME.test(name));
  /** Undefined if nothing was ever applied there, or the state is lost. */
  const outputOf = async (name) => {
    const output = JSON.parse(await terraform(['output', '-json'], name)).swarm_up?.value;
    return output && { ...output, labels: output.asked.labels, kind: output.asked.kind };
  };
  const apply = async (swarm_up, userData = '') => {
    const variables = { swarm_up, swarm_up_user_data: userData };
    await terraform(['apply', ...CHANGING], swarm_up.name, variables);
  };
  const find = async (name) =>
    (await workspaces()).includes(name) ? await outputOf(name) : undefined;
  /** The labels are in the state before anything is made, so a run that is killed leaves an owner. */
  const labelled = async (swarm_up) => {
    const known = await find(swarm_up.name);
    if (!known) await apply({ ...swarm_up, make: false });
    return { ...swarm_up, make: true, labels: known?.labels ?? swarm_up.labels };
  };
  const all = async (request) => {
    const found = [];
    for (const name of await workspaces()) {
      const output = await outputOf(name);
      // To leave it out would be to say that it is gone. Right now another run may begin it.
      if (!output) throw new Exit(12, lost(name));
      found.push({ name, ...output });
    }
    return found.filter(({ labels }) => isMeant(labels, request));
  };

  async function remove({ name }) {
    await begin();
    if (!(await workspaces()).includes(name)) return {};
    const known = await outputOf(name);
    if (!known) throw new Error(lost(name));
    const before = managed(await terraform(['state', 'list'], name));
    const swarm_up = { ...known.asked, name, make: false };
    const said = await terraform(['destroy', ...CHANGING], name, {
      ...{ swarm_up, swarm_up_user_data: '' },
    });
    // Without its state, Terraform removes nothing, and ends with 0.
    if (removedBy(said) < before) throw new Error(lost(name));
    await terraform(['workspace', 'delete', name]);
    return {};
  }

  return {
    async prepare({ name, labels, ports }) {
      await begin();
      const swarm_up = await labelled({ name, kind: 'shared', shared: name, labels, ports });
      await apply(swarm_up);
      return {};
    },

    async create({ name, labels, index, user_data }) {
      await begin();
      const known = await find(name);
      if (known?.address) return { name, address: known.address };
      const shared = name.slice(0, -`-${index}`.length);
      const swarm_up = await labelled({ name, kind: 'machine', shared, labels, ports: [] });
      await apply(swarm_up, user_data);
      const { address } = await outputOf(name);
      if (!address) throw new Error(`The module gives no address for ${name}.`);
      return { name, address };
    },

    async list(request) {
      await begin();
      const found = await all(request);
      const machines = found
        .filter(({ kind }) => kind === 'machine')
        .map(({ name, labels, address, private_address, user, port }) => ({
          ...{ name, labels, address, private_address, user, port },
          state: address ? 'running' : 'stopped',
        }));
      const shared = found
        .filter(({ kind }) => kind === 'shared')
        .map(({ name, labels }) => ({ name, labels }));
      return { machines, shared };
    },

    destroy: remove,
    cleanup: remove,

    async renew(request) {
      await begin();
      for (const { asked } of await all(request)) {
        // The module ignores that the user data are others now.
        await apply({ ...asked, labels: { ...asked.labels, ...request.labels } });
      }
      return {};
    },
  };
}

function lost(name) {
  return `The workspace ${name} has lost its state, or nothing was ever applied there. Look in the cloud for ${name}, remove it there, and then the workspace: terraform workspace delete ${name}`;
}

/** How many resources of a `state list` are Terraform's to remove: not what it only reads. */
function managed(list) {
  return list.split('\n').filter((line) => line !== '' && !/(^|\.)data\./.test(line)).length;
}

/** How many resources a `destroy -json` has removed. */
function removedBy(lines) {
  const summaries = lines
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .filter(({ type, changes }) => type === 'change_summary' && changes.operation === 'destroy');
  return summaries.at(-1)?.changes.remove ?? 0;
}

/** Where the state is. Without a backend in the module, `init` writes no file. */
function backendOf(folder) {
  const file = join(folder, '.terraform/terraform.tfstate');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')).backend?.type : 'local';
}

if (import.meta.main) {
  const [folder, ...words] = process.argv.slice(2);
  const binary = words.find((word) => word.startsWith('--binary='))?.slice('--binary='.length);
  const init = words.filter((word) => /^-[^-]/.test(word));
  const allowsLocal = words.includes('--allow-local-state');
  await serve(programs(folder, tool(folder, binary), { init, allowsLocal }));
}
