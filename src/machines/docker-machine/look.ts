import { ActionError } from '../../base/errors.ts';
import { machineOfCloud } from '../cloud/found/machine-of-cloud.ts';
import type { Machine } from '../driver.ts';
import { PORT_LABEL, USER_LABEL } from '../machine-labels.ts';
import * as words from './commands.ts';
import { type FoundMachine, isForeign } from './find.ts';
import { type Program, unreadable } from './program.ts';
import type { MachineRecord } from './records.ts';

/** Of a machine as the driver has it: the file of the key that lets the runner in. */
export const KEY_PATH_LABEL = 'swarm-up.ssh-key-path';

/** Of libmachine/state: what a machine that may be entered is in, and what it is made anew from. */
const RUNNING = ['Running', 'Starting'];
const STOPPED = ['Paused', 'Saved', 'Stopped', 'Stopping', 'Error'];

/**
 * A machine as it is now. One that was never finished, or that docker-machine has forgotten, is
 * stopped: the driver says what that means when it removes it. Throws `ActionError` if
 * docker-machine cannot tell, so that nothing is made anew beside a machine that runs.
 */
export async function lookAt(
  program: Program,
  one: FoundMachine,
  signal: AbortSignal | undefined,
): Promise<Machine> {
  const { record, folder } = one;
  const isWhole = record?.phase === 'ready' && folder.kind === 'known' && !isForeign(one);
  if (!record || !isWhole) return machineOf(one, record, '');
  const state = await stateOf(program, one.name, signal);
  return machineOf(
    one,
    record,
    state === 'running' ? await addressOf(program, one.name, signal) : '',
  );
}

/** A machine that was just made. */
export async function lookAtNew(
  program: Program,
  record: MachineRecord,
  one: Pick<FoundMachine, 'index' | 'owner'>,
  signal: AbortSignal,
): Promise<Machine> {
  return machineOf(one, record, await addressOf(program, record.name, signal));
}

function machineOf(
  { index, owner }: Pick<FoundMachine, 'index' | 'owner'>,
  record: MachineRecord | undefined,
  address: string,
): Machine {
  const { labels = {}, entry } = record ?? {};
  return machineOfCloud({
    ...{ name: `${owner.cluster}-${index}`, index, owner, address, privateAddress: undefined },
    state: address === '' ? 'stopped' : 'running',
    labels: {
      ...labels,
      ...(entry && {
        [PORT_LABEL]: String(entry.port),
        [USER_LABEL]: entry.user,
        [KEY_PATH_LABEL]: entry.keyPath,
      }),
    },
  });
}

async function stateOf(
  program: Program,
  name: string,
  signal: AbortSignal | undefined,
): Promise<Machine['state']> {
  const { exitCode, text, said } = await program.attempt(words.status(name), { signal });
  const state = text.trim();
  if (exitCode === 0 && RUNNING.includes(state)) return 'running';
  if (exitCode === 0 && STOPPED.includes(state)) return 'stopped';
  if (exitCode === 0) throw unreadable(program, words.status(name), text);
  throw unknown(name, 'whether machine NAME runs', said);
}

async function addressOf(
  program: Program,
  name: string,
  signal: AbortSignal | undefined,
): Promise<string> {
  const { exitCode, text, said } = await program.attempt(words.ip(name), { signal });
  const address = text.trim();
  if (exitCode !== 0) throw unknown(name, 'the address of machine NAME', said);
  if (!/^[0-9A-Za-z:][0-9A-Za-z.:_-]*$/.test(address))
    throw unreadable(program, words.ip(name), text);
  return address;
}

function unknown(name: string, what: string, said: string): ActionError {
  return new ActionError(`docker-machine could not tell ${what.replace('NAME', name)}.`, {
    details: said,
    hint: 'Run this again if its provider did not answer. If the machine is gone there, remove the cluster first: `command: down`.',
  });
}
