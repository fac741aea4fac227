import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { EOL } from 'node:os';
import { join } from 'node:path';
import {
  exportVariable as exportToSteps,
  saveState as saveForPost,
  setOutput as setOutputOfStep,
} from '@actions/core';
import { unwritable } from '../../base/unwritable.ts';

/**
 * The files by which a step hands something to the runner (docs.github.com, "Workflow commands",
 * "Environment files").
 */
export type RunnerFile = 'GITHUB_OUTPUT' | 'GITHUB_STATE' | 'GITHUB_ENV' | 'GITHUB_STEP_SUMMARY';

/**
 * To the end of a file that is there: one that was removed would be made anew, and read by nobody.
 * A pipe is not waited for.
 */
const APPEND = constants.O_APPEND | constants.O_WRONLY | constants.O_NONBLOCK;

/** Throws `ActionError` where the file cannot be written. */
export function setOutput(name: string, value: string): void {
  writing('GITHUB_OUTPUT', () => setOutputOfStep(name, value));
}

/** Throws `ActionError` where the file cannot be written. */
export function saveState(name: string, value: string): void {
  writing('GITHUB_STATE', () => saveForPost(name, value));
}

/**
 * Throws `ActionError` where the file cannot be written; in this process the variable is set all
 * the same.
 */
export function exportVariable(name: string, value: string): void {
  writing('GITHUB_ENV', () => exportToSteps(name, value));
}

/**
 * Does what writes to the file. What goes wrong becomes an `ActionError` that names it, with the
 * system's words.
 */
export function writing<T>(file: RunnerFile, write: () => T): T {
  try {
    return write();
  } catch (error) {
    throw unwritable(file, process.env[file] ?? '', error);
  }
}

/**
 * Throws `ActionError` for the first of the files that takes no byte. Writes an empty line, which
 * the runner passes over (`EnvFileKeyValuePairs` in actions/runner, FileCommandManager.cs). Outside
 * of GitHub there is no file, and nothing is checked.
 */
export function checkRunnerFiles(files: readonly RunnerFile[]): void {
  for (const file of files) {
    const path = process.env[file];
    if (path) writing(file, () => appendEmptyLine(path));
  }
}

function appendEmptyLine(path: string): void {
  const file = openSync(path, APPEND);
  try {
    writeSync(file, EOL);
  } finally {
    closeSync(file);
  }
}

/** Throws `ActionError` where no file can be made in the folder for temporary files. */
export function checkTempFolder(folder: string): void {
  let probe: string | undefined;
  try {
    probe = mkdtempSync(join(folder, 'swarm-up-probe-'));
    writeFileSync(join(probe, 'probe'), EOL);
  } catch (error) {
    throw unwritable('RUNNER_TEMP', folder, error);
  } finally {
    if (probe !== undefined) rmSync(probe, { recursive: true, force: true });
  }
}
