import type { Executor, RunResult } from '../../src/exec/executor.ts';
import { CommandTimeout } from '../../src/exec/executor.ts';
import type { Work } from '../../src/machines/command/call-program.ts';
import type { Finding } from '../../src/machines/command/find.ts';
import type { CommandOptions } from '../../src/machines/command/options.ts';
import { recordedLog } from './recorded-log.ts';
import { virtualClock } from './virtual-clock.ts';

/** What a program says to a request: its end, or an answer that it prints. */
export type Script = (request: Readonly<Record<string, unknown>>) => Said | Promise<Said>;

type Said = Partial<RunResult> | object;

export const TOO_LONG = { exitCode: -1 };

/** Work with programs that a script plays, on a clock of its own. */
export function scriptedPrograms(script: Script, timeoutMs = 600_000) {
  const { log, lines } = recordedLog();
  const clock = virtualClock();
  const asked: Readonly<Record<string, unknown>>[] = [];
  const runner: Executor = {
    where: 'the runner',
    run: async (argv, options = {}) => {
      const request = JSON.parse(String(options.stdin));
      asked.push({ ...request, program: argv, env: options.env });
      const said = await script(request);
      if (said === TOO_LONG) {
        const output = { stdout: '', stderr: 'booting…' };
        throw new CommandTimeout('the runner', argv, options.timeoutMs ?? 0, output);
      }
      const isEnd = 'exitCode' in said || 'stdout' in said || 'stderr' in said;
      const end = isEnd ? said : { stdout: JSON.stringify(said) };
      const result: RunResult = { exitCode: 0, stdout: '', stderr: '', ...end };
      for (const line of result.stderr.split('\n').filter(Boolean)) options.onErrorLine?.(line);
      return result;
    },
    open: () => Promise.reject(new Error('Nothing is opened.')),
  };
  const work: Work = {
    ...{ runner, clock, log, timeoutMs },
    variables: { INPUT_DRIVER: 'command', 'INPUT_SSH-PRIVATE-KEY': 'secret', HOME: '/root' },
    bounds: { signal: new AbortController().signal, deadline: clock.now() + 270_000 },
  };
  const options: CommandOptions = {
    ...{ create: ['./create'], list: ['./list'], destroy: ['./destroy'], timeout: timeoutMs },
  };
  const finding = { work, options, ignored: log.warning } satisfies Finding;
  return { work, options, finding, lines, asked, clock };
}
