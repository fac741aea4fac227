import { randomBytes } from 'node:crypto';
import { packTar } from 'modern-tar';
import type { Clock } from '../base/clock.ts';
import { formatDuration } from '../base/duration.ts';
import { ActionError } from '../base/errors.ts';
import type { RenderedStack } from '../compose/render/render.ts';
import type { Argv } from '../exec/argv.ts';
import { CommandError, type Executor } from '../exec/executor.ts';
import { dockerConfig, type Login } from '../registry/login.ts';
import { LostConnection } from '../ssh/lost-connection.ts';
import {
  CONFIG_FOLDER,
  type DeployFlags,
  inTemporaryFolder,
  type Place,
  STACK_FILE,
  stackDeploy,
  untilFolderGone,
  WHOLE_FILE,
} from './commands.ts';

const DEPLOY_TIMEOUT_MS = 5 * 60_000;

/** How often `docker stack deploy` is run where it met a race. */
const ATTEMPTS = 5;
/** How long to wait before the second attempt, in ms; each later wait is this much longer. */
const RETRY_MS = 1_000;

/** How often it is begun where the connection is lost each time. */
const TRIES = 3;
/**
 * How long a deployment whose connection was lost may take to end, in s: it has what it needs, or
 * waits for the rest of it for good.
 */
const ENDING_S = 20;

/**
 * What goes away by itself: another client changed the service between its reading and its writing,
 * or a network of the stack's earlier life was still being removed when the service was to be put
 * on it.
 */
const RACE = /update out of sequence|network \S+ not found|No such network/i;

/**
 * The stack file, which tar has just unpacked there. Docker reads it first, so nothing has been
 * changed.
 */
const UNSEEN = /open \S*stack\.yml: (no such file or directory|permission denied)/;

/**
 * What tar says where a disk is full; GNU's names the cause only where not a byte could be written.
 */
const NO_ROOM = /No space left on device|Wrote only \d+ of \d+ bytes/;

interface DeployOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

/**
 * Sends the stack file and the files it needs to a manager and runs `docker stack deploy` there,
 * with these logins and none of the manager's own where there are some, and up to five times where
 * it meets a race. Nothing of the files stays behind. Where the connection is lost meanwhile and
 * re-established, it is run again, once the first has ended: it only makes what is not there yet.
 * Throws `ActionError` with the words of `docker stack deploy`.
 */
export async function deployStack(
  manager: Executor,
  stack: RenderedStack,
  flags: Omit<DeployFlags, 'stack' | 'without' | 'withRegistryAuth'>,
  logins: readonly Login[],
  options: DeployOptions,
): Promise<void> {
  const { clock, signal, onLine } = options;
  const stdin = await packStack(stack, logins);
  const argv = stackDeploy({
    ...flags,
    stack: stack.name,
    without: stack.emptyVariables,
    withRegistryAuth: logins.length > 0,
  });
  let place: Place = 'temporary';
  for (let attempt = 1; ; attempt++) {
    try {
      await runToItsEnd(manager, stack.name, { argv, stdin, place }, options);
      return;
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      if (place === 'temporary' && UNSEEN.test(error.details ?? '')) {
        place = 'home';
        attempt--;
        onLine(
          `docker on ${manager.where} does not see files in /tmp, as if it were from snap: they are handed over in the home of the user`,
        );
        continue;
      }
      const race = RACE.exec(error.details ?? '')?.[0];
      if (race === undefined || attempt === ATTEMPTS) throw failure(manager, stack, error, attempt);
      const waitMs = attempt * RETRY_MS;
      onLine(
        `docker stack deploy met a race (${race}); attempt ${attempt + 1} of ${ATTEMPTS} in ${formatDuration(waitMs)}`,
      );
      await clock.sleep(waitMs, signal);
    }
  }
}

/** Runs it in a folder of its own, and anew where the connection was lost meanwhile. */
async function runToItsEnd(
  manager: Executor,
  stack: string,
  {
    argv,
    stdin,
    place,
  }: { readonly argv: Argv; readonly stdin: Uint8Array; readonly place: Place },
  { signal, onLine }: DeployOptions,
): Promise<void> {
  for (let tries = 1; ; tries++) {
    const mark = randomBytes(8).toString('hex');
    try {
      await manager.run(inTemporaryFolder(mark, argv, place), {
        stdin,
        signal,
        timeoutMs: DEPLOY_TIMEOUT_MS,
        onLine,
      });
      return;
    } catch (error) {
      if (!(error instanceof LostConnection) || tries === TRIES) throw error;
      const ended = manager.run(untilFolderGone(mark, ENDING_S, place), {
        signal,
        repeatable: true,
      });
      // Where nothing connects again, that is the story, and not that this could not be asked.
      await ended.catch((failure) => {
        throw failure instanceof LostConnection ? error : failure;
      });
      onLine(`The connection was lost meanwhile, so stack ${stack} is deployed again`);
    }
  }
}

function failure(
  manager: Executor,
  stack: RenderedStack,
  error: CommandError,
  attempts: number,
): ActionError {
  const tried = attempts === 1 ? '' : `, ${attempts} times`;
  return new ActionError(
    `docker stack deploy failed on ${manager.where} for stack ${stack.name}${tried}.`,
    {
      details: error.details ?? '',
      hint: NO_ROOM.test(error.details ?? '')
        ? `There is no room in /tmp of ${manager.where} for the files of the stack. Make some: df -h /tmp`
        : 'The stack file as it was sent stands in the `diagnostics` folder.',
      cause: error,
    },
  );
}

async function packStack(stack: RenderedStack, logins: readonly Login[]): Promise<Uint8Array> {
  const text = (content: string) => new TextEncoder().encode(content);
  const files = [
    { path: STACK_FILE, content: text(stack.text) },
    ...(logins.length > 0
      ? [{ path: `${CONFIG_FOLDER}/config.json`, content: text(dockerConfig(logins)) }]
      : []),
    ...stack.files,
    { path: WHOLE_FILE, content: text('') },
  ];
  return packTar(
    files.map(({ path, content }) => ({
      header: { name: path, size: content.length, mode: 0o600, type: 'file' as const },
      body: content,
    })),
  );
}
