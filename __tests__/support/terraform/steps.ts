// One life of a module, command by command, and what can go wrong with it: asked of the real program
// when answers are recorded, and of the stand-in by a test.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunResult } from '../../../src/exec/executor.ts';
import { newlyAsked, withMachine } from '../../../src/machines/terraform/asked.ts';
import { commands } from '../../../src/machines/terraform/commands.ts';
import {
  isDiagnostic,
  plannedChanges,
  readMessage,
} from '../../../src/machines/terraform/messages.ts';

export const MODULE = join(import.meta.dirname, 'module');
export const WORKSPACE = 'su-42-shop';
const OWNER = { cluster: 'shop', repository: '42', run: '1/test/up' };

/** Runs a program with these words and variables. */
export type Ask = (
  words: readonly string[],
  env: Readonly<Record<string, string>>,
) => Promise<RunResult>;

/** What a command said, without what is another each time. */
export interface Answer {
  readonly step: string;
  readonly exitCode: number;
  readonly said: unknown;
}

/** What the stand-in answers, too, in order. */
export async function lifeOf(ask: Ask): Promise<readonly Answer[]> {
  return await withFolder(async ({ answers, folder, step, files }) => {
    const none = newlyAsked(OWNER, '2026-12-01T00:00:00Z');
    const one = withMachine(none, OWNER, 1, 'ssh-ed25519 A');
    const two = withMachine(one, OWNER, 2, 'ssh-ed25519 B');
    const plan = join(folder, 'plan');
    await step('version', commands.version());
    await step('init', commands.init([], { isReadOnly: false }));
    await step('no workspace yet', commands.workspaces());
    await step('mark', commands.mark(files(one)), WORKSPACE);
    await step('a workspace', commands.workspaces());
    await step('the state of a mark', commands.state(), WORKSPACE);
    await step('plan', commands.plan(files(one), plan), WORKSPACE);
    await step('apply', commands.apply(plan, files(one)), WORKSPACE);
    await step('the state of one machine', commands.state(), WORKSPACE);
    await step('a plan that was applied', commands.apply(plan, files(one)), WORKSPACE);
    await step('mark one more', commands.mark(files(two)), WORKSPACE);
    await step('plan one more', commands.plan(files(two), plan), WORKSPACE);
    await step('apply one more', commands.apply(plan, files(two)), WORKSPACE);
    await step('plan one less', commands.plan(files(one), plan), WORKSPACE);
    await step('apply one less', commands.apply(plan, files(one)), WORKSPACE);
    await step('delete what is not empty', commands.deleteWorkspace(WORKSPACE, files(one)));
    await step('destroy', commands.destroy(files(one)), WORKSPACE);
    await step('the state of nothing', commands.state(), WORKSPACE);
    await step('destroy nothing', commands.destroy(files(one)), WORKSPACE);
    await step('delete', commands.deleteWorkspace(WORKSPACE, files(one)));
    await step('gone', commands.workspaces());
    return answers;
  }, ask);
}

/** What only the real program says, as it is: what is wrong with a module, and with its state. */
export async function faultsOf(ask: Ask): Promise<readonly Answer[]> {
  return await withFolder(async ({ answers, module, step, files }) => {
    const asked = newlyAsked(OWNER, '2026-12-01T00:00:00Z');
    const broken = join(module, 'broken.tf');
    await step('init', commands.init([], { isReadOnly: false }));
    writeFileSync(broken, 'resource "terraform_data" "broken" {\n  inptu = 1\n}\n');
    await step('an argument that there is not', commands.plan(files(asked)), WORKSPACE, true);
    writeFileSync(broken, '\n\nresource "terraform_data" {\n');
    await step('no syntax: init', commands.init([], { isReadOnly: false }), undefined, true);
    await step('no syntax: validate', commands.validate(), undefined, true);
    writeFileSync(
      broken,
      'resource "terraform_data" "broken" {\n  provisioner "local-exec" {\n    command = "exit 3"\n  }\n}\n',
    );
    const applied = ['apply', '-auto-approve', '-json', '-input=false'] as const;
    const given = files(asked).varFiles.map((file) => `-var-file=${file}`);
    await step('a provisioner fails', [...applied, ...given], WORKSPACE, true);
    await step('the state afterwards', commands.state(), WORKSPACE);
    writeFileSync(broken, '');
    const undeclared = join(module, 'more.tfvars.json');
    writeFileSync(undeclared, '{"swarm_up_more": 1}');
    const more = { lockTimeoutMs: 1_000, varFiles: [...files(asked).varFiles, undeclared] };
    await step('a variable that there is not', commands.plan(more), WORKSPACE, true);
    return answers;
  }, ask);
}

interface Life {
  readonly answers: Answer[];
  readonly folder: string;
  readonly module: string;
  step(
    title: string,
    words: readonly string[],
    workspace?: string,
    isWhole?: boolean,
  ): Promise<void>;
  files(asked: object): { readonly lockTimeoutMs: number; readonly varFiles: readonly string[] };
}

async function withFolder<T>(work: (life: Life) => Promise<T>, ask: Ask): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'terraform-steps-'));
  const module = join(folder, 'module');
  const data = join(folder, 'data');
  cpSync(MODULE, module, { recursive: true });
  mkdirSync(data);
  const answers: Answer[] = [];
  const step: Life['step'] = async (title, words, workspace = 'default', isWhole = false) => {
    const env = { TF_DATA_DIR: data, TF_WORKSPACE: workspace, TF_IN_AUTOMATION: '1' };
    const { exitCode, stdout, stderr } = await ask([`-chdir=${module}`, ...words], env);
    const text = (stdout + stderr).replaceAll(folder, '<folder>');
    answers.push({ step: title, exitCode, said: isWhole ? wholeOf(text) : readable(words, text) });
  };
  const files: Life['files'] = (asked) => {
    const file = join(folder, `${answers.length}.tfvars.json`);
    const hosts = Object.keys('machines' in asked ? Object(asked.machines) : {});
    const userData = Object.fromEntries(hosts.map((host) => [host, '#cloud-config']));
    writeFileSync(file, JSON.stringify({ swarm_up: asked, swarm_up_user_data: userData }));
    return { lockTimeoutMs: 1_000, varFiles: [file] };
  };
  try {
    return await work({ answers, folder, module, step, files });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What the driver reads of an answer. */
function readable([command, second]: readonly string[], text: string): unknown {
  if (command === 'version') return Object.keys(JSON.parse(text)).includes('terraform_version');
  if (command === 'init') return text.includes('successfully initialized');
  if (command === 'workspace') {
    if (second === 'list') return text.split('\n').filter((line) => /^[* ] \S/.test(line));
    return /not empty|Deleted workspace/.exec(text)?.[0];
  }
  if (command === 'state') return stateOf(text);
  const messages = text.split('\n').flatMap((line) => readMessage(line) ?? []);
  const said = messages.map((message) => {
    if (isDiagnostic(message)) return message.diagnostic.summary;
    const [change] = plannedChanges([message]);
    if (change) return `${change.action} ${change.resource.addr}`;
    if ('changes' in message) return message.changes;
    return /^apply_(?:start|complete)$/.test(message.type) ? message.type : undefined;
  });
  // Resources are worked on side by side; and of targets there are warnings, which nobody reads.
  return said
    .filter((one) => one !== undefined && !String(one).includes('argeting'))
    .filter((one) => one !== 'Applied changes may be incomplete')
    .map((one) => JSON.stringify(one))
    .sort();
}

/** The fields that the driver looks at. */
function stateOf(text: string): unknown {
  if (text.trim() === '') return '';
  const { version, outputs, resources } = JSON.parse(text);
  const values = Object.entries(Object(outputs)).map(([key, one]) => [key, Object(one).value]);
  return {
    ...{ version, outputs: Object.fromEntries(values) },
    resources: resources.map(({ mode, type, name, instances }: Record<string, unknown>) => ({
      ...{ mode, type, name },
      instances: Object(instances).map(
        ({ index_key: key, attributes }: Record<string, unknown>) => ({
          ...{ key, input: Object(attributes).input?.value },
        }),
      ),
    })),
  };
}

/** What is wrong, as it was said, but for the time. */
function wholeOf(text: string): readonly string[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const diagnostics = lines.filter((line) => line.includes('"type":"diagnostic"'));
  const kept = diagnostics.length > 0 ? diagnostics : lines;
  return kept.map((line) => line.replace(/"@timestamp":"[^"]*",?/, ''));
}
