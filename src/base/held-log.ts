import type { DriverLog } from './log.ts';

/** A log whose lines are kept back until they are let go. */
export interface HeldLog extends DriverLog {
  /** Writes what was said so far, in its order; what is said from now on is written at once. */
  release(): void;
}

/** For what begins before its stage of the log. */
export function heldLog(log: DriverLog): HeldLog {
  let held: (() => void)[] | undefined = [];
  const write = (line: () => void): void => {
    if (held) held.push(line);
    else line();
  };
  return {
    info: (line) => write(() => log.info(line)),
    warning: (message, place) => write(() => log.warning(message, place)),
    error: (message, place) => write(() => log.error?.(message, place)),
    release: () => {
      const lines = held ?? [];
      held = undefined;
      for (const line of lines) line();
    },
  };
}
