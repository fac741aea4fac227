import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, test } from '@jest/globals';

const source = new URL('../../../../src/action/runner/cancellation.ts', import.meta.url);

/**
 * Runs a step until it says that it hears signals, sends it one, and gives how it ended and what it
 * printed then.
 */
async function cancelled(
  signal: 'SIGINT' | 'SIGTERM' | undefined,
  lastWords: string,
  onAbort: string,
  then = '',
) {
  const step = `
    import { cancellation } from '${source}';
    const signal = cancellation(() => { ${lastWords} }, () => 'post removes what was begun');
    const work = setInterval(() => {}, 1_000);
    signal.addEventListener('abort', () => {
      console.log(JSON.stringify([signal.reason.message, signal.reason.status, signal.reason.hint]));
      ${onAbort}
    });
    console.log('ready');
    ${then}
  `;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', step]);
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) {
    if (line !== 'ready') lines.push(line);
    else if (signal) child.kill(signal);
  }
  if (child.exitCode === null) await once(child, 'exit');
  return { code: child.exitCode, lines };
}

const FAILED = /^::error title=Swarm Up::.*no space left/;
const REASON = '["The step was cancelled.","cancelled","post removes what was begun"]';

test.each(['SIGINT', 'SIGTERM'] as const)('%s ends what the step does', async (signal) => {
  const ended = await cancelled(signal, '', 'clearInterval(work);');
  expect(ended).toEqual({ code: 0, lines: [REASON] });
});

test('Ctrl-Break, by which a runner on Windows goes on to end a step, cancels it, too', async () => {
  // No other system has the signal: there the step gives it to itself.
  const ownBreak = "setTimeout(() => process.emit('SIGBREAK', 'SIGBREAK'));";
  const ended = await cancelled(undefined, '', 'clearInterval(work);', ownBreak);
  expect(ended).toEqual({ code: 0, lines: [REASON] });
});

test('what goes on all the same is ended in time, after the last words, also if these fail', async () => {
  const [said, failed] = await Promise.all([
    cancelled('SIGINT', "console.log('told post');", ''),
    cancelled('SIGINT', "throw new Error('no space left');", ''),
  ]);
  expect(said).toEqual({ code: 1, lines: [REASON, 'told post'] });
  expect(failed).toEqual({ code: 1, lines: [REASON, expect.stringMatching(FAILED)] });
});
