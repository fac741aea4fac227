import type { LogRange } from '../stack/service-logs.ts';
import { type Announcements, readAnnouncements } from './announcements.ts';
import { readSubject, type Subject } from './down-sweep.ts';
import type { LoadedDriver } from './driver.ts';
import { inputReader } from './reader.ts';
import type { RunEnvironment } from './up.ts';
import { lines, parseBoolean, parseCount, parseLimit, parseSince } from './values.ts';

/**
 * Reads and checks the inputs of `status`. Those that only other commands read may have any value.
 * Throws as `parseInputs` does.
 */
export function parseStatusInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  definition: LoadedDriver,
  warn: (message: string) => void = () => {},
): Subject {
  const reader = inputReader(read);
  const inputs = readSubject(reader, read, environment, definition, warn);
  reader.finish();
  return inputs;
}

/** The most lines of a task that are asked for. */
const MOST_LINES = 10_000;

/** The inputs of `logs`. */
export interface LogsInputs extends Subject {
  /** As in the compose file; empty means: all of the stack. */
  readonly services: readonly string[];
  readonly range: LogRange;
}

/** Reads and checks the inputs of `logs`. Throws as `parseInputs` does. */
export function parseLogsInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  definition: LoadedDriver,
  warn: (message: string) => void = () => {},
): LogsInputs {
  const reader = inputReader(read);
  const { input, finish } = reader;
  const inputs: LogsInputs = {
    ...readSubject(reader, read, environment, definition, warn),
    services: input('services', (text) => [...new Set(lines(text))]),
    range: {
      tail: input('tail', (text) => parseCount(text, 1, MOST_LINES, 'lines')),
      sinceMs: input('since', parseSince),
    },
  };
  finish();
  return inputs;
}

/** The inputs of `rollback`. */
export interface RollbackInputs extends Subject {
  /** Whether only to say what would change. */
  readonly dryRun: boolean;
  readonly waitTimeoutMs: number;
  readonly stableForMs: number;
  /** How long another deployment of the same stack is waited for, in ms. */
  readonly lockTimeoutMs: number;
  /** Whether the published ports are asked afterwards. */
  readonly asksPorts: boolean;
  readonly announcements: Announcements;
}

/** Reads and checks the inputs of `rollback`. Throws as `parseInputs` does. */
export function parseRollbackInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  definition: LoadedDriver,
  warn: (message: string) => void = () => {},
): RollbackInputs {
  const reader = inputReader(read);
  const { input, problem, finish } = reader;
  const inputs: RollbackInputs = {
    ...readSubject(reader, read, environment, definition, warn),
    dryRun: input('dry-run', parseBoolean),
    waitTimeoutMs: input('wait-timeout', parseLimit),
    stableForMs: input('stable-for', parseLimit),
    lockTimeoutMs: input('lock-timeout', parseLimit),
    asksPorts: input('verify', (text) => text !== '-'),
    announcements: readAnnouncements(input),
  };
  if (inputs.stableForMs > inputs.waitTimeoutMs) {
    problem(
      'stable-for',
      read('stable-for'),
      `longer than \`wait-timeout\` (${read('wait-timeout')}), so nothing could ever converge. Lower it, or raise \`wait-timeout\`.`,
    );
  }
  finish();
  return inputs;
}
