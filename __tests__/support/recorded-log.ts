import type { Log } from '../../src/base/log.ts';

/** A log that keeps its lines; those inside a group are indented. */
export function recordedLog(): { log: Log; lines: string[] } {
  const lines: string[] = [];
  let depth = 0;
  const write = (line: string) => lines.push('| '.repeat(depth) + line);
  const log: Log = {
    async group(title, fn) {
      write(`[${title}]`);
      depth++;
      try {
        return await fn();
      } finally {
        depth--;
      }
    },
    info: write,
    warning: (message) => write(`warning: ${message}`),
    error: (message) => write(`error: ${message}`),
    debug: (line) => write(`debug: ${line}`),
  };
  return { log, lines };
}
