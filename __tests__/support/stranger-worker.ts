/**
 * Loads compose files of strangers under `policy: restricted`, as `up` does, in a process of its
 * own, so that a tracer sees each file that is opened. Takes the path of a JSON file with
 * `StrangerCase`s and writes one `StrangerVerdict` a line.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ComposeError } from '../../src/compose/findings.ts';
import { loadCompose } from '../../src/compose/load.ts';
import { enforcePolicy } from '../../src/compose/policy/policy.ts';
import { sealFiles } from '../../src/compose/policy/sealed-files.ts';
import { renderStack } from '../../src/compose/render/render.ts';
import { runner } from '../../src/exec/runner.ts';

export interface StrangerCase {
  readonly id: string;
  /** A folder of its own, with `workspace` in it. */
  readonly folder: string;
  readonly inputs: Readonly<Record<string, string>>;
}

export interface StrangerVerdict {
  readonly id: string;
  readonly refused: boolean;
  /** What was said, with places. */
  readonly said: readonly string[];
  /** The stack file of an accepted one. */
  readonly text: string;
}

const AT_ONCE = 3;

async function judge(one: StrangerCase): Promise<StrangerVerdict> {
  const workspace = join(one.folder, 'workspace');
  const given = one.inputs['compose-file'];
  try {
    await using files = await sealFiles(runner, {
      ...{ workspace, files: given === undefined ? [] : [given], env: {} },
      ...{ temporary: one.folder, signal: AbortSignal.timeout(60_000), debug: () => {} },
    });
    const project = await loadCompose(files, { workspace, profiles: [] });
    enforcePolicy(project, { maxServices: 25, maxTasks: 50 });
    const portOffset = Number(one.inputs['port-offset'] ?? 0);
    const stack = await renderStack(project, { stackName: project.model.name, portOffset });
    return { id: one.id, refused: false, said: [], text: stack.text };
  } catch (error) {
    const said =
      error instanceof ComposeError
        ? error.findings.map(
            ({ message, location }) => `${location?.file}:${location?.line}: ${message}`,
          )
        : [`unforeseen: ${error instanceof Error ? error.stack : error}`];
    return { id: one.id, refused: true, said, text: '' };
  }
}

const [list = ''] = process.argv.slice(2);
const queue: StrangerCase[] = JSON.parse(readFileSync(list, 'utf8'));
const work = async () => {
  for (let one = queue.shift(); one; one = queue.shift()) {
    process.stdout.write(`${JSON.stringify(await judge(one))}\n`);
  }
};
await Promise.all(Array.from({ length: AT_ONCE }, work));
