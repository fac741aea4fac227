import { ActionError } from '../base/errors.ts';
import type { Argv } from '../exec/argv.ts';
import { quote } from '../exec/quote.ts';
import { type SshTarget, where } from './target.ts';

/** A command whose connection went, before it was sent or while it ran. */
export class LostConnection extends ActionError {
  /** Whether it may have been run: nobody knows then how it ended. */
  readonly sent: boolean;

  constructor(target: SshTarget, argv: Argv, sent: boolean, cause: unknown) {
    const what = sent ? 'it is not known how this ended' : 'this was not run';
    super(`Connection to ${where(target)} was lost, ${what}: ${quote(argv)}`, {
      details: wordsOf(cause),
      cause,
    });
    this.sent = sent;
  }
}

/** A connection that is not known to be lost, over which nothing could be begun. */
export class NoChannel extends ActionError {}

/** The lost connection that an error comes down to, if it does. */
export function lostConnectionOf(error: unknown): LostConnection | undefined {
  if (error instanceof LostConnection) return error;
  return error instanceof Error ? lostConnectionOf(error.cause) : undefined;
}

/** Where several addresses were tried, Node's error has no message of its own. */
export function wordsOf(error: unknown): string {
  if (error === undefined) return 'no attempt came to an end';
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return String(error).replace(/^(Action)?Error: /, '');
}
