import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { quote } from '../../src/exec/quote.ts';

/** What a command line printed in a node, and how it ended. */
export interface NodeAnswer {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Asks nodes by one shell in each that stays, as long as the node does: `docker exec` starts four
 * processes for a question, and half of what tests ask is asked again and again. Undefined where
 * the shell is busy with another question, or the node is gone: whoever asks then does so by a
 * `docker exec` of its own, which also has the engine's words.
 */
export async function askNode(node: string, line: string): Promise<NodeAnswer | undefined> {
  const shell = shells.get(node) ?? openShell(node);
  return shell.isBusy ? undefined : await shell.ask(line);
}

interface Shell {
  readonly isBusy: boolean;
  ask(line: string): Promise<NodeAnswer | undefined>;
}

const shells = new Map<string, Shell>();

/** Its end: nothing that a test prints has it. */
const MARK = `end-${randomBytes(8).toString('hex')}`;

function openShell(node: string): Shell {
  const child = spawn('docker', ['exec', '-i', node, 'sh'], { stdio: 'pipe' });
  let settle: ((answer: NodeAnswer | undefined) => void) | undefined;
  const texts = { stdout: '', stderr: '' };

  const take = (name: 'stdout' | 'stderr', chunk: string): void => {
    texts[name] += chunk;
    const out = ended(texts.stdout);
    const errors = ended(texts.stderr);
    if (!out || !errors) return;
    texts.stdout = '';
    texts.stderr = '';
    const exitCode = Number(out.code);
    settle?.({ exitCode, stdout: out.text, stderr: errors.text });
    settle = undefined;
    hold(child, false);
  };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk: string) => take(name, chunk));
  }
  const gone = (): void => {
    shells.delete(node);
    settle?.(undefined);
    settle = undefined;
  };
  child.on('error', gone).on('close', gone);
  child.stdin.on('error', gone);
  const shell: Shell = {
    get isBusy() {
      return settle !== undefined;
    },
    ask: (line) =>
      new Promise((resolve) => {
        settle = resolve;
        hold(child, true);
        // In a process of its own, with no input: what it sets or reads is not the next one's.
        const own = `${quote(['sh', '-c', line])} </dev/null`;
        child.stdin.write(`${own}; printf '${MARK} %s\\n' $?; printf '${MARK} -\\n' >&2\n`);
      }),
  };
  shells.set(node, shell);
  return shell;
}

/** Only a question keeps the process of the tests from its end. */
function hold(child: ChildProcessWithoutNullStreams, isHeld: boolean): void {
  for (const one of [child, child.stdin, child.stdout, child.stderr] as {
    ref?(): void;
    unref?(): void;
  }[]) {
    if (isHeld) one.ref?.();
    else one.unref?.();
  }
}

function ended(text: string): { readonly text: string; readonly code: string } | undefined {
  const at = text.lastIndexOf(`${MARK} `);
  if (at === -1 || !text.endsWith('\n')) return undefined;
  return { text: text.slice(0, at), code: text.slice(at + MARK.length + 1).trim() };
}
