import { join } from 'node:path';
import { basename } from 'node:path/win32';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import type { Argv } from '../../exec/argv.ts';
import { type Executor, ownWords, type RunResult } from '../../exec/executor.ts';
import { NOT_OF_THE_JOB } from '../virtual-machine/not-of-the-job.ts';
import { onlyReads, type Question } from './questions.ts';

/** How long an action may take, in ms. Hyper-V's own service does the work. */
const ACTION_MS = 120_000;

const FILE = 'hyperv.ps1';
const PROGRAM = 'powershell';
/** A computer that runs no scripts at all by its policy runs this one. */
const FLAGS = ['-NoProfile', '-NonInteractive', '-ExecutionPolicy', 'Bypass', '-File'];

const failure = z.object({
  error: z.object({ id: z.string(), category: z.string(), message: z.string() }),
});

interface AskOptions {
  /** Ends the action, and leaves half of it done. */
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** The script on the runner. */
export interface Hyperv {
  /**
   * Throws `HypervError` where Windows says that the action failed, `ActionError` where the script
   * gives no answer of its form; rejects with the signal's reason on abort.
   */
  ask<T>(question: Question<T>, options?: AskOptions): Promise<T>;
}

/** An action that failed, with the id that PowerShell has for it in any language. */
export class HypervError extends ActionError {
  readonly id: string;

  constructor(title: string, { id, category, message }: z.infer<typeof failure>['error']) {
    super(`Hyper-V could not ${title} on the runner.`, {
      details: `${message.trim()}\n(${category}: ${id})`,
      hint: hintOf(id, category),
    });
    this.id = id;
  }
}

const RIGHTS =
  'The runner has to run as an administrator: start it in a console as administrator, or give its service such a user. With `virtual-switch` the group Hyper-V Administrators is enough.';

function hintOf(id: string, category: string): string {
  if (category === 'PermissionDenied' || /AccessDenied|PermissionDenied/.test(id)) return RIGHTS;
  if (id.startsWith('OutOfMemory')) {
    return 'Give less `memory` in `driver-options`, or fewer `nodes`.';
  }
  return 'More is in the log of Hyper-V: Get-WinEvent -LogName Microsoft-Windows-Hyper-V-VMMS-Admin -MaxEvents 20';
}

/** The script in the folder of the action. `actionRoot` is that folder. */
export function hypervScript(runner: Executor, actionRoot: string): Hyperv {
  const path = join(actionRoot, 'dist', FILE);
  return {
    ask: async (question, { signal, timeoutMs = ACTION_MS } = {}) => {
      const argv: Argv = [PROGRAM, ...FLAGS, path, question.action];
      const result = await runner.run(argv, {
        ...{ signal, timeoutMs, env: NOT_OF_THE_JOB, anyExitCode: true },
        stdin: `${ascii(JSON.stringify(question.request))}\n`,
      });
      return answerOf(question, result);
    },
  };
}

/** Whether a command line calls the script with an action that only asks. */
export function isQuestion([program, ...words]: Argv): boolean {
  const [path, action, ...more] = words.slice(FLAGS.length);
  return (
    program === PROGRAM &&
    more.length === 0 &&
    FLAGS.every((flag, at) => words[at] === flag) &&
    basename(path ?? '') === FILE &&
    onlyReads(action)
  );
}

/** In whatever code page the script reads it, it is the same text. */
function ascii(json: string): string {
  return json.replace(
    /[^\x20-\x7e]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function answerOf<T>({ action, title, answer }: Question<T>, result: RunResult): T {
  const document = documentIn(result.stdout);
  const failed = failure.safeParse(document);
  if (failed.success) throw new HypervError(title, failed.data.error);
  if (result.exitCode !== 0) {
    throw new ActionError(`The script of the hyperv driver failed on the runner: ${action}`, {
      details: ownWords(result) || `Exit code ${result.exitCode}, and no words.`,
      hint: 'Windows PowerShell 5.1 is needed, and no policy that forbids its scripts: see what `powershell -Command $PSVersionTable` says.',
    });
  }
  const read = answer.safeParse(document);
  if (read.success) return read.data;
  throw new ActionError(`The script of the hyperv driver gave another answer: ${action}`, {
    details: `${z.prettifyError(read.error)}\nIt printed:\n${result.stdout.trim() || '(nothing)'}`,
    hint: 'This is a fault of the action. Report it with these lines.',
  });
}

/** The last line: a module may print something as it is loaded. */
function documentIn(stdout: string): unknown {
  const line = stdout.trim().split(/\r?\n/).at(-1) ?? '';
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
