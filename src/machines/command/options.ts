import * as z from 'zod';
import { parseDuration } from '../../base/duration.ts';
import type { Argv } from '../../exec/argv.ts';

const PROGRAM =
  'give a list of words, the program first: `[./cloud/create, --small]`. No shell reads them';
const TIMEOUT = 'give a duration above 0 with its unit: `90s`, `10m`';
const TIMEOUT_MS = 600_000;

/** `driver-options` of the `command` driver. */
export interface CommandOptions {
  /** Makes a machine. Undefined where machines are only found and removed. */
  readonly create?: Argv | undefined;
  readonly list: Argv;
  readonly destroy: Argv;
  /** Makes what the machines share, and brings it to what is published. */
  readonly prepare?: Argv | undefined;
  /** Removes what the machines share, once they are gone. */
  readonly cleanup?: Argv | undefined;
  /** Writes a later expiry on what exists. */
  readonly renew?: Argv | undefined;
  /** How long one call may take, in ms. */
  readonly timeout: number;
}

const program = z
  .tuple([z.string(PROGRAM).min(1, PROGRAM)], z.string(PROGRAM), PROGRAM)
  .transform((words): Argv => words);
const timeout = z
  .string(TIMEOUT)
  .transform((text) => parseDuration(text) ?? 0)
  .refine((ms) => ms > 0, TIMEOUT);

export const commandOptions = z.strictObject({
  create: program,
  list: program,
  destroy: program,
  prepare: program.optional(),
  cleanup: program.optional(),
  renew: program.optional(),
  timeout: timeout.default(TIMEOUT_MS),
});

/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
export const placeOptions: z.ZodType<CommandOptions> = z.object({
  list: program,
  destroy: program,
  cleanup: program.optional(),
  timeout: timeout.catch(TIMEOUT_MS),
});
