import { rm, writeFile } from 'node:fs/promises';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import type { DriverLog } from '../../base/log.ts';
import { CommandTimeout } from '../../exec/executor.ts';
import { generateKeyPair } from '../../ssh/keys/generate.ts';
import { objectName } from '../cloud/object-name.ts';
import { hostKeyData } from '../cloud/user-data.ts';
import type { ClusterSpec } from '../driver.ts';
import { HOST_KEY_LABEL, INDEX_LABEL } from '../machine-labels.ts';
import { type Labels, ownerLabels } from '../ownership.ts';
import * as words from './commands.ts';
import { keyOfFirstUse } from './host-key.ts';
import type { Plan } from './preflight.ts';
import { type Answer, type Program, unreadable } from './program.ts';
import {
  type MachineRecord,
  removeRecord,
  updateRecord,
  userDataPath,
  writeRecord,
} from './records.ts';
import { readFolder, type Storage } from './storage.ts';

/** docker-machine waits for SSH, and for its engine, by itself, in ms. */
const CREATE_MS = 20 * 60_000;
/** The files of its certificates are there: others may be made beside it. */
const CERTIFIED = /^Running pre-create checks/;
/** What its driver has made is written: from now on docker-machine can remove it. */
const SAVED = /^Waiting for machine to be running/;
/** What `create` ends with if it asked its driver for no machine. */
const REFUSED_BEFORE = 3;
/** Engine labels stand in a unit of systemd, without quotes. */
const PLAIN_VALUE = /^[\w./:@+-]*$/;

export interface Creating {
  readonly program: Program;
  readonly storage: Storage;
  readonly log: DriverLog;
  readonly driver: string;
  readonly plan: Plan;
}

const inspected = z.object({
  Driver: z.object({
    SSHUser: z.string(),
    SSHPort: z.int(),
    SSHKeyPath: z.string(),
  }),
});

/**
 * Makes one machine, and reads how it is entered. `certified` is called once another one may be
 * made beside it. On abort it goes on until docker-machine has written what its driver has made:
 * ended before, it would leave a machine that nobody knows of. Rejects with the signal's reason
 * then, and with `ActionError` if docker-machine fails.
 */
export async function createMachine(
  creating: Creating,
  { owner }: ClusterSpec,
  index: number,
  signal: AbortSignal,
  certified: () => void,
): Promise<MachineRecord> {
  const { program, storage, plan, driver } = creating;
  const name = objectName(owner, index);
  const hostKey = plan.hostKey.kind === 'user-data' ? generateKeyPair('') : undefined;
  const labels = { ...ownerLabels(owner), [INDEX_LABEL]: String(index) };
  const asked: MachineRecord = {
    ...{ version: 1, name, index, driver, created: new Date().toISOString(), phase: 'asked' },
    labels: { ...labels, ...(hostKey && { [HOST_KEY_LABEL]: hostKey.publicKey }) },
  };
  signal.throwIfAborted();
  await writeRecord(storage, asked);
  const data = userDataPath(storage, name);
  const flags = [...plan.flagsOf(index)];
  try {
    if (hostKey && plan.hostKey.kind === 'user-data') {
      await writeFile(data, hostKeyData(hostKey), { mode: 0o600 });
      flags.push(`--${plan.hostKey.flag}=${data}`);
    }
    const making = { name, driver, labels: engineLabels(labels), flags };
    await call(creating, asked, words.create(making), signal, certified);
  } finally {
    await rm(data, { force: true });
  }
  const { SSHUser, SSHPort, SSHKeyPath } = await inspect(program, name, signal);
  const entry = { user: SSHUser || 'root', port: SSHPort || 22, keyPath: SSHKeyPath };
  const first =
    plan.hostKey.kind === 'first-use' ? await keyOfFirstUse(program, name, signal) : undefined;
  const ready: MachineRecord = {
    ...{ ...asked, phase: 'ready', entry },
    labels: { ...asked.labels, ...(first && { [HOST_KEY_LABEL]: first }) },
  };
  await updateRecord(storage, ready);
  return ready;
}

async function call(
  creating: Creating,
  asked: MachineRecord,
  command: words.Words,
  signal: AbortSignal,
  certified: () => void,
): Promise<void> {
  const { program, storage, log } = creating;
  const ending = new AbortController();
  let isSaved = false;
  let written: Promise<unknown> = Promise.resolve();
  const end = () => {
    if (isSaved) ending.abort(signal.reason);
  };
  const onLine = (line: string) => {
    log.info(`${asked.name}: ${line}`);
    if (CERTIFIED.test(line)) certified();
    if (!SAVED.test(line)) return;
    isSaved = true;
    written = updateRecord(storage, { ...asked, phase: 'saved' }).catch((error) => error);
    if (signal.aborted) end();
  };
  signal.addEventListener('abort', end, { once: true });
  try {
    const options = { signal: ending.signal, timeoutMs: CREATE_MS, onLine };
    const answer = await program.attempt(command, options);
    await written;
    if (answer.exitCode !== 0) throw await failed(creating, asked, answer, isSaved);
    await updateRecord(storage, { ...asked, phase: 'saved' });
    signal.throwIfAborted();
  } catch (error) {
    throw error instanceof CommandTimeout && !signal.aborted ? tooLong(asked, error) : error;
  } finally {
    signal.removeEventListener('abort', end);
    await written;
  }
}

/** Keeps what is known of what the driver has done. */
async function failed(
  { storage }: Creating,
  asked: MachineRecord,
  { exitCode, said }: Answer,
  isSaved: boolean,
): Promise<ActionError> {
  const { name, driver } = asked;
  const isThere = (await readFolder(storage, name)).kind !== 'none';
  if (!isThere) await removeRecord(storage, name);
  else if (!isSaved) await writeRecord(storage, { ...asked, phase: 'failed' });
  return new ActionError(`docker-machine could not make machine ${name} (driver ${driver}).`, {
    details: said,
    hint:
      exitCode === REFUSED_BEFORE || !isThere
        ? 'Nothing was made. See what docker-machine says above, and mend `flags` or the environment of the step.'
        : `The way down removes what was made. By hand: docker-machine -s ${storage.folder} rm ${name}`,
  });
}

function tooLong({ name }: MachineRecord, error: CommandTimeout): ActionError {
  return new ActionError(
    `docker-machine did not make machine ${name} within ${CREATE_MS / 60_000} minutes, and was ended.`,
    { details: error.details, cause: error },
  );
}

async function inspect(program: Program, name: string, signal: AbortSignal) {
  const text = await program.run(words.inspect(name), { signal });
  const answer = inspected.safeParse(documentOf(text));
  if (!answer.success) throw unreadable(program, words.inspect(name), text);
  return answer.data.Driver;
}

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function engineLabels(labels: Labels): readonly string[] {
  return Object.entries(labels)
    .filter(([, value]) => PLAIN_VALUE.test(value))
    .map(([key, value]) => `${key}=${value}`);
}
