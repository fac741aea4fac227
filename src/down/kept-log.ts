import type { Log } from '../base/log.ts';

/** A log whose lines and groups are kept back until all of them are written. */
export interface KeptLog {
  readonly log: Log;
  /** Writes them, in their order. To be called once nothing more is said. */
  write(): Promise<void>;
}

/** For one of several that go on at once: their lines would else stand in each other's groups. */
export function keptLog(log: Log): KeptLog {
  let lines: (() => void | Promise<void>)[] = [];
  const all = lines;
  const keep = (line: () => void): void => {
    lines.push(line);
  };
  return {
    log: {
      group: async (title, fn) => {
        const outside = lines;
        const inside: typeof lines = [];
        outside.push(() => log.group(title, () => writeAll(inside)));
        lines = inside;
        try {
          return await fn();
        } finally {
          lines = outside;
        }
      },
      info: (line) => keep(() => log.info(line)),
      warning: (message, place) => keep(() => log.warning(message, place)),
      error: (message, place) => keep(() => log.error(message, place)),
      debug: (line) => keep(() => log.debug(line)),
    },
    write: () => writeAll(all),
  };
}

async function writeAll(lines: readonly (() => void | Promise<void>)[]): Promise<void> {
  for (const line of lines) await line();
}
