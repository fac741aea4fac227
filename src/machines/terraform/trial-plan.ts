import { copyFileSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative } from 'node:path';
import { exists } from '../../base/files/exists.ts';
import type { Asked } from './asked.ts';
import { begin } from './begin.ts';
import { changingOf } from './bring.ts';
import { commands } from './commands.ts';
import { plannedChanges } from './messages.ts';
import { change } from './run-terraform.ts';
import type { Work } from './work.ts';

/** Which overrides the backend of a module, whatever that is. */
const OVERRIDE = 'swarm_up_override.tf.json';

/**
 * What a first apply would make, as lines: `create hcloud_server.machine["shop-1"]`. The backend is
 * not asked, as a plan would make the workspace there: the plan is one of a twin of the module,
 * whose state is a file that goes with it. Throws as `change` does.
 */
export async function trialPlan(work: Work, asked: Asked): Promise<readonly string[]> {
  using folder = work.scratch.folder();
  const { ground, program, scratch } = work;
  const module = twinOf(program.module, ground.workspace, folder.path);
  const local = { terraform: { backend: { local: { path: join(folder.path, 'state') } } } };
  writeFileSync(join(module, OVERRIDE), JSON.stringify(local));
  const data = join(folder.path, 'data');
  const providers = join(scratch.data, 'providers');
  const plugins = (await exists(providers)) ? providers : undefined;
  const twin: Work = {
    ...work,
    program: { ...program, module },
    scratch: { ...scratch, data },
    options: { ...work.options, 'backend-config': [] },
  };
  await begin(twin, { isReadOnly: true, ...(plugins !== undefined && { plugins }) });
  return await planLines(twin, asked, 'default');
}

/** What an apply would change in a state that exists, as lines. Throws as `change` does. */
export async function planLines(
  work: Work,
  asked: Asked,
  workspace: string,
): Promise<readonly string[]> {
  using folder = work.scratch.folder();
  const changing = changingOf(work, folder.path, asked, {});
  const said = await change(work, commands.plan(changing), { workspace });
  return plannedChanges(said).map(({ action, resource }) => `${action} ${resource.addr}`);
}

/**
 * A folder that has what the module has, beside the same neighbours up to the folder of the job, so
 * that paths such as `../shared` lead to the same files.
 */
function twinOf(module: string, workspace: string, folder: string): string {
  const inner = relative(workspace, module);
  const isInside = inner !== '' && !inner.startsWith('..') && !isAbsolute(inner);
  const root = isInside ? workspace : dirname(module);
  const steps = relative(root, module).split(/[\\/]/);
  let real = root;
  let twin = join(folder, 'twin');
  mkdirSync(twin, { recursive: true });
  for (const step of steps) {
    link(real, twin, step);
    real = join(real, step);
    twin = join(twin, step);
    mkdirSync(twin);
  }
  link(real, twin, '.terraform');
  return twin;
}

/** Everything of a folder but one. Windows lets everybody link folders, but not files. */
function link(from: string, to: string, without: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const source = join(from, entry.name);
    const target = join(to, entry.name);
    if (entry.name === without) continue;
    if (entry.isDirectory()) symlinkSync(source, target, 'junction');
    else if (process.platform === 'win32') copyFileSync(source, target);
    else symlinkSync(source, target);
  }
}
