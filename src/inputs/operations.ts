import type { RunEnvironment } from '../inputs.ts';
import { inputReader } from './reader.ts';
import { readSubject, type Subject } from './removal.ts';

/** Reads and checks the inputs of `status`. Those that only other commands read may have any value. Throws as `parseInputs` does. */
export function parseStatusInputs(
  read: (name: string) => string,
  environment: RunEnvironment,
  warn: (message: string) => void = () => {},
): Subject {
  const reader = inputReader(read);
  const inputs = readSubject(reader, read, environment, warn);
  reader.finish();
  return inputs;
}
