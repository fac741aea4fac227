import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseEnvironmentFile, parseFileCommand, parsePathFile } from './file-commands.ts';

/** The runner refuses a longer summary (bytes). */
const SUMMARY_LIMIT = 1024 * 1024;

const FILES = {
  GITHUB_OUTPUT: 'set_output',
  GITHUB_STATE: 'save_state',
  GITHUB_ENV: 'set_env',
  GITHUB_PATH: 'add_path',
  GITHUB_STEP_SUMMARY: 'step_summary',
} as const;

/** The variables that tell an action where its files are. */
export type RunnerFiles = Record<keyof typeof FILES, string>;

/** Makes the empty files of one stage, in the folder of the job. */
export function makeFiles(directory: string): RunnerFiles {
  const folder = join(directory, '_temp', '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(directory, '_tool'), { recursive: true });
  const run = randomUUID();
  const files = Object.entries(FILES).map(([name, file]) => {
    const path = join(folder, `${file}_${run}`);
    writeFileSync(path, '');
    return [name, path];
  });
  return Object.fromEntries(files) as RunnerFiles;
}

/**
 * Reads the files of the stage and removes them. What cannot be read fails the step, as on GitHub.
 */
export function readFiles(files: RunnerFiles, line: (text: string) => void) {
  let failed = false;
  const read = <T>(name: keyof RunnerFiles, parse: (text: string) => T, otherwise: T): T => {
    try {
      return parse(readFileSync(files[name], 'utf8'));
    } catch (error) {
      failed = true;
      const reason = error instanceof Error ? error.message : String(error);
      line(`::error::Unable to process file command '${FILES[name]}' successfully. ${reason}`);
      return otherwise;
    }
  };
  const size = statSync(files.GITHUB_STEP_SUMMARY).size;
  if (size > SUMMARY_LIMIT) {
    const got = Math.ceil(size / 1024);
    line(`::error::$GITHUB_STEP_SUMMARY supports content up to a size of 1024k, got ${got}k`);
  }
  const values = {
    outputs: read('GITHUB_OUTPUT', parseFileCommand, {}),
    state: read('GITHUB_STATE', parseFileCommand, {}),
    env: read('GITHUB_ENV', parseEnvironmentFile, {}),
    path: read('GITHUB_PATH', parsePathFile, []),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
  };
  for (const path of Object.values(files)) rmSync(path);
  return { values, failed };
}
