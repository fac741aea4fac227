import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { delimiter, join } from 'node:path';
import { until } from './until.ts';

/**
 * Process ids of the programs that have the text in their command line: the docker clients of a
 * cluster, by its name.
 */
export function clientsOf(text: string): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && commandLine(entry).includes(text))
    .map(Number);
}

/**
 * What a killed main has left behind goes on; resolves when all of it has ended, so that nothing
 * can be created any more.
 */
export async function untilNoClientOf(cluster: string): Promise<void> {
  await until(`no program of ${cluster} runs`, () => clientsOf(cluster).length === 0);
}

/**
 * The environment of a step that finds `script` under the name of a program, before the real one,
 * which is `"$program"` in it. `kill_main` in it kills the main step that started it, and nothing
 * else, nor anything once main is gone.
 */
export function shim(program: string, folder: string, script: string): { PATH: string } {
  const path = process.env.PATH ?? '';
  const real = path
    .split(delimiter)
    .map((directory) => join(directory, program))
    .find(existsSync);
  if (real === undefined) throw new Error(`There is no ${program} in PATH.`);
  const shims = mkdtempSync(join(folder, 'shim-'));
  const file = join(shims, program);
  writeFileSync(
    file,
    `#!/bin/sh
program=${real}
kill_main() { grep -qa dist/main "/proc/$PPID/cmdline" 2>/dev/null && kill -9 "$PPID"; }
${script}
exec "$program" "$@"
`,
  );
  chmodSync(file, 0o755);
  return { PATH: `${shims}${delimiter}${path}` };
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return ''; // it ended meanwhile
  }
}
