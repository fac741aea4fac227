import { connect } from 'node:net';
import { type Clock, until } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import { hasPanicked, isHopeless, lastWords } from './console.ts';

const POLL_MS = 250;
const GREETING_MS = 5_000;

/** What is seen of a machine that boots. */
export interface Booting {
  readonly name: string;
  /** How long it may take from its start until its sshd answers, in ms. */
  readonly limitMs: number;
  /** What its image has to be, for messages. */
  readonly hint: string;
  isRunning(): Promise<boolean>;
  console(): Promise<string>;
  /** Whether its sshd answers. */
  answers(): Promise<boolean>;
}

/** A guest that was at work is there no more. Emulated, it may come up the next time. */
export class GuestDiedError extends ActionError {}

/**
 * Waits until the sshd of a machine answers. Throws `ActionError` with the end of its console where
 * the console says that it will not come up, or where it takes too long, a `GuestDiedError` where
 * the machine ends or its kernel panics; rejects with the signal's reason on abort.
 */
export async function waitForBoot(
  machine: Booting,
  { signal, clock }: { readonly signal: AbortSignal; readonly clock: Clock },
): Promise<void> {
  const { name, limitMs } = machine;
  const look = async (): Promise<string | undefined> => {
    signal.throwIfAborted();
    if (await machine.answers()) return undefined;
    if (!(await machine.isRunning())) {
      const console = await machine.console();
      throw failed(GuestDiedError, `Machine ${name} ended while it booted.`, console, machine);
    }
    const console = await machine.console();
    if (isHopeless(console)) {
      const kind = hasPanicked(console) ? GuestDiedError : ActionError;
      throw failed(kind, `Machine ${name} cannot boot.`, console, machine);
    }
    return console;
  };
  const wait = { clock, signal, limitMs, everyMs: POLL_MS };
  const console = await until(look, (said) => said === undefined, wait);
  if (console === undefined) return;
  throw failed(
    ActionError,
    `The sshd of machine ${name} did not answer within ${limitMs / 1_000} s.`,
    console,
    machine,
  );
}

function failed(
  kind: typeof ActionError,
  message: string,
  console: string,
  { hint }: Booting,
): ActionError {
  return new kind(message, { details: lastWords(console), hint });
}

/**
 * Whether an sshd answers at this address. What hands on a port and the kernel may answer a connection before there
 * is one, so its greeting is waited for.
 */
export async function hasGreeting(host: string, port: number): Promise<boolean> {
  return await new Promise((resolve) => {
    const socket = connect({ host, port, timeout: GREETING_MS });
    const end = (isThere: boolean): void => {
      socket.destroy();
      resolve(isThere);
    };
    socket.once('data', (data) => end(data.toString('latin1').startsWith('SSH-')));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
