import { Duplex } from 'node:stream';
import type { Clock } from '../../src/base/clock.ts';
import { ActionError } from '../../src/base/errors.ts';
import type { Argv } from '../../src/exec/argv.ts';
import {
  CommandError,
  type Executor,
  type RunOptions,
  type RunResult,
} from '../../src/exec/executor.ts';
import { isQuestion } from './clouds/amazonec2/is-question.ts';
import { drawnOf } from './sample.ts';

/**
 * `before`: what was asked for is not done. `after`: it is done, and who asked is told that it
 * failed.
 */
export type When = 'before' | 'after';

/** One command, or one question to an engine. */
export interface Call {
  /**
   * The same in every run: where, what, and after how many changes. A question that is asked again
   * before anything was changed is one call, however often it is asked.
   */
  readonly key: string;
  /** Whether it may change something. */
  readonly changes: boolean;
}

/** Every call of a run, in order. */
export interface Journal {
  readonly calls: readonly Call[];
  /** Whether the one that is to fail was met. */
  readonly failed: boolean;
  /** Notes a call, and gives what becomes of it where it is not simply answered. */
  note(where: string, what: string, changes: boolean): Fault | undefined;
  /** Aborts when the step is cancelled. */
  readonly signal: AbortSignal;
  cancel(): void;
  /** Aborts when the process of the step is killed: from then on nothing of it reaches anybody. */
  readonly killed: AbortSignal;
  kill(): void;
  /**
   * Every call word by word, with what came of it, by where it was made; what stands in it and is
   * another in each run is left out.
   */
  readonly steps: Readonly<Record<string, readonly string[]>>;
  /** Whether the engine at a place is away now. */
  isAway(where: string): boolean;
  /** Has it go away for so long, in ms. */
  leave(where: string, ms: number): void;
  /** Notes a call word by word; what it gives is to be told what came of it. */
  begin(where: string, words: string): (outcome: string | number) => void;
}

export interface Fault {
  /** The key of a call, or what is in it. */
  readonly at: string | RegExp;
  readonly when: When;
  /** Whether each such call fails, and not only the first one. */
  readonly always?: boolean;
  /** Whether the call may change something. */
  readonly changes?: boolean;
  /**
   * The step ends there, before the call is made or after it was answered, and the call itself does
   * not fail.
   */
  readonly end?: 'cancelled' | 'killed';
  /**
   * The engine goes away there, before it has got the call or before it has answered, and comes
   * back after so long, in ms.
   */
  readonly awayMs?: number;
  /** Happens as a whole before the call is made, or after it was answered; the call does not fail. */
  readonly meanwhile?: () => Promise<unknown>;
}

/** Exit code, and first digit of a status, of what was done. */
const DONE = ['0', '2', 'any'];
/** How many calls there may be from a refusal to the next attempt. */
const RETRY = 4;

/**
 * `names` are others in every run, and stand in no key. Where the run gets over `fault`, it ends by
 * `last`. By `clock` it is known when an engine is back that goes away.
 */
export function journal(
  names: readonly string[],
  fault?: Fault,
  last?: Fault,
  clock: Pick<Clock, 'now'> = performance,
): Journal {
  const backAt = new Map<string, number>();
  const calls = new Map<string, Call>();
  const faults = [fault, last].filter((one) => one !== undefined);
  const met = new Set<Fault>();
  let changes = 0;
  const cancelling = new AbortController();
  const cancel = () =>
    cancelling.abort(new ActionError('The step was cancelled.', { status: 'cancelled' }));
  const killing = new AbortController();
  const steps: Record<string, { readonly words: string; outcome: string | number }[]> = {};
  return {
    signal: cancelling.signal,
    cancel,
    killed: killing.signal,
    kill: () => {
      killing.abort(new Error('The process was killed.'));
      // Nobody sees what its code does now, which is to end soon.
      cancel();
    },
    get steps() {
      const lines = Object.entries(steps).map(([where, all]) => [
        where,
        all.map(({ words, outcome }) => `${words} -> ${outcome}`),
      ]);
      return Object.fromEntries(lines);
    },
    begin: (where, words) => {
      const said = (text: string) =>
        names.reduce((all, name, at) => all.replaceAll(name, `…${at + 1}`), text);
      const step = { words: withoutIds(withoutTokens(said(words))), outcome: 'no answer' };
      steps[said(where)] ??= [];
      const own = steps[said(where)] ?? [];
      // How often something is asked again depends on the time that the other side takes.
      if (own.at(-1)?.words === step.words) own.pop();
      // So does how often it refuses at first, and what it is asked in between.
      const refused = own.findLastIndex(
        ({ words: before, outcome }) => before === step.words && !DONE.includes(String(outcome)),
      );
      if (refused >= own.length - RETRY && refused >= 0) own.splice(refused);
      own.push(step);
      return (outcome) => {
        // What a kernel can do is nothing that the model is to know.
        Object.assign(step, { outcome: words.includes('/proc/net/ip_vs') ? 'any' : outcome });
      };
    },
    get calls() {
      return [...calls.values()];
    },
    isAway: (where) => clock.now() < (backAt.get(where) ?? 0),
    leave: (where, ms) => void backAt.set(where, clock.now() + ms),
    get failed() {
      return fault !== undefined && met.has(fault);
    },
    note: (where, what, isChange) => {
      const said = names.reduce((text, name) => text.replaceAll(name, '…'), `${where}: ${what}`);
      // Cut only now: a name of another length would have it end elsewhere.
      const key = `${withoutIds(said).slice(0, 160)} @${changes}`;
      if (isChange) changes += 1;
      if (!calls.has(key)) calls.set(key, { key, changes: isChange });
      const due = faults.find((one) => isAt(one, key) && (one.always === true || !met.has(one)));
      if (due) met.add(due);
      return due;
    },
  };
}

const isAt = ({ at }: Fault, key: string) => (typeof at === 'string' ? at === key : at.test(key));

/**
 * Everything that can fail in a run with these calls: each question, and each change without effect
 * and with it.
 */
export function faultsOf(calls: readonly Call[]): Fault[] {
  return calls.flatMap(({ key, changes }): Fault[] => [
    { at: key, when: 'before', changes },
    ...(changes ? [{ at: key, when: 'after', changes } as const] : []),
  ]);
}

/**
 * The engine restarts at each of these calls: it goes away before it has got it, and where that
 * changes something, before it has answered.
 */
export function restartsAt(calls: readonly Call[], awayMs: number): Fault[] {
  return faultsOf(calls).map((fault) => ({ ...fault, awayMs }));
}

/**
 * Where a run with these calls can end, each time cancelled or killed. Before and after each change
 * the commit draws which of the two, and with `FAULTS=all` it is both; before a question, where
 * what the run leaves is what the change before has left, either comes in turn.
 */
export function endingsOf(calls: readonly Call[]): Fault[] {
  const ENDS = ['cancelled', 'cancelled', 'killed', 'killed'] as const;
  return faultsOf(calls).flatMap((fault, at): Fault[] => {
    const ends = fault.changes
      ? drawnOf(['cancelled', 'killed'] as const, `end ${at} ${fault.when} ${fault.at}`)
      : [ENDS[at % ENDS.length] ?? 'killed'];
    return ends.map((end) => ({ ...fault, end }));
  });
}

/**
 * What is wrong with each run, by what fails in it; nothing where all is well. A lane has one run
 * at a time.
 */
export async function troubles<Lane>(
  lanes: readonly Lane[],
  faults: readonly Fault[],
  run: (lane: Lane, fault: Fault, at: number) => Promise<unknown>,
): Promise<Record<string, unknown>> {
  const found: Record<string, unknown> = {};
  const queue = [...faults.entries()];
  const work = async (lane: Lane) => {
    for (let next = queue.shift(); next; next = queue.shift()) {
      const [at, fault] = next;
      const result = await run(lane, fault, at).catch((error: unknown) => error);
      if (result !== undefined)
        found[`${fault.end ?? 'failed'} ${fault.when} ${fault.at}`] = result;
    }
  };
  await Promise.all(lanes.map(work));
  return found;
}

const SAID = 'injected: the engine has gone';

/** The executor with the fault of its journal in it. */
export function withFaults<E extends Executor>(executor: E, own: Journal): E {
  const { where } = executor;
  const run = async (argv: Argv, options: RunOptions = {}): Promise<RunResult> => {
    own.killed.throwIfAborted();
    const changes = !READS.test(argv.join(' '));
    const due = own.note(where, argv.join(' '), changes);
    const attempt = () => told(executor, argv, options, own);
    const isOfEngine = argv[0] === 'docker';
    if (due?.awayMs !== undefined && isOfEngine) {
      if (due.when === 'after' && changes) await executor.run(argv, options);
      own.leave(where, due.awayMs);
      const stderr = due.when === 'after' ? 'error during connect: Post: EOF' : NO_ENGINE;
      return failed(where, argv, stderr, options);
    }
    if (isOfEngine && own.isAway(where)) return failed(where, argv, NO_ENGINE, options);
    if (due === undefined || due.awayMs !== undefined) return await attempt();
    if (due.meanwhile) return await meanwhileAt(due, attempt);
    if (due.end !== undefined) return await endingAt(due, own, attempt, options.signal);
    if (due.when === 'after') await executor.run(argv, options);
    // An exit code is an answer; a question is to get none.
    if (!changes) throw new ActionError(SAID);
    return failed(where, argv, SAID, options);
  };
  const open = async (argv: Argv): Promise<Duplex> => {
    own.killed.throwIfAborted();
    const due = own.note(where, argv.join(' '), false);
    const attempt = async () => questioned(await executor.open(argv), where, own);
    if (due?.awayMs !== undefined) own.leave(where, due.awayMs);
    if (own.isAway(where)) return brokenDial(where, argv);
    if (due === undefined) return await attempt();
    if (due.meanwhile) return await meanwhileAt(due, attempt);
    if (due.end !== undefined) return await endingAt(due, own, attempt);
    throw new ActionError(SAID);
  };
  return { ...executor, run, open };
}

/**
 * A call to the API of a cloud with the fault of its journal in it: a failure on the vendor's side
 * before its effect, or an answer that is lost after it.
 */
export async function fetchWithFaults(
  direct: typeof fetch,
  own: Journal,
  ...[input, init]: Parameters<typeof fetch>
): Promise<Response> {
  own.killed.throwIfAborted();
  const call = cloudCallOf(input, init);
  const due = own.note('cloud', call, !call.startsWith('GET '));
  const attempt = async () => {
    const answer = await direct(input, init);
    own.killed.throwIfAborted();
    return answer;
  };
  if (due === undefined) return await attempt();
  if (due.meanwhile) return await meanwhileAt(due, attempt);
  if (due.end !== undefined) return await endingAt(due, own, attempt);
  if (due.when === 'before') return new Response(BODY, { status: 500 });
  await attempt();
  throw new TypeError('fetch failed', { cause: reset() });
}

/** `POST /droplets/N`. At EC2 each call is a POST to one path: there the action is the path. */
function cloudCallOf(...[input, init]: Parameters<typeof fetch>): string {
  const form = String(init?.body ?? '');
  const target = new Headers(init?.headers).get('x-amz-target');
  const action = target?.split('.').at(-1) ?? /^Action=(\w+)&/.exec(form)?.[1];
  if (action) return `${isQuestion(form, target) ? 'GET' : 'POST'} /${action}`;
  const { pathname } = new URL(String(input));
  // Keys, too, are others in each run.
  const path = pathname.replace(/[0-9a-f]{64}/g, 'K').replace(/\d+/g, 'N');
  return `${init?.method ?? 'GET'} ${path}`;
}

/** What the docker client says where no engine listens. */
const NO_ENGINE =
  'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
const NO_STREAM =
  'failed to open the raw stream connection: dial unix /var/run/docker.sock: connect: connection refused';

const reset = () => Object.assign(new Error(SAID), { code: 'ECONNRESET' });

function failed(where: string, argv: Argv, stderr: string, options: RunOptions): RunResult {
  const result = { exitCode: 1, stdout: '', stderr };
  if (options.anyExitCode) return result;
  throw new CommandError(where, argv, result);
}

/** The stream of a client that finds no engine. */
function brokenDial(where: string, argv: Argv): Duplex {
  const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
  const result = { exitCode: 1, stdout: '', stderr: NO_STREAM };
  setImmediate(() => stream.destroy(new CommandError(where, argv, result)));
  return stream;
}

/** Runs a command, and notes what came of it. */
async function told(executor: Executor, argv: Argv, options: RunOptions, own: Journal) {
  const ended = own.begin(executor.where, argv.join(' '));
  try {
    const result = await executor.run(argv, options);
    ended(result.exitCode);
    return result;
  } catch (error) {
    if (error instanceof CommandError) ended(error.result.exitCode);
    throw error;
  }
}

/** Makes a call, at which the step ends. */
async function endingAt<T>(
  { when, end }: Fault,
  own: Journal,
  attempt: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const ending = () => (end === 'killed' ? own.kill() : own.cancel());
  if (when === 'before') ending();
  own.killed.throwIfAborted();
  const result = await attempt();
  if (when === 'after') ending();
  own.killed.throwIfAborted();
  signal?.throwIfAborted();
  return result;
}

/** Makes a call, before or after which something else happens. */
async function meanwhileAt<T>({ when, meanwhile }: Fault, attempt: () => Promise<T>): Promise<T> {
  if (when === 'before') await meanwhile?.();
  try {
    return await attempt();
  } finally {
    if (when === 'after') await meanwhile?.();
  }
}

/** Commands that change nothing, wherever they run. */
const READS =
  /^(cloud list|terraform \S+ (version|init|validate|workspace list|state pull|plan)|docker (ps|info|version|inspect|logs|compose|(container|image|network|volume) inspect|(network|volume|service|secret|config) ls)|ls|perl|sh -c\s+(PATH|echo|LC_ALL|\[ -e|command -v|for file|tries=0)|ip -json|ip netns list|qemu-img (info|--version)|powershell .* (check|look|addresses)$|qemu-system-\w+ --version|true$|VBoxManage (--version|list|show\w+|getextradata)|docker-machine -s \S+ (version|status|ip|inspect|ssh|create --driver \S+ --help))/;

/**
 * A stream to an engine on which one request gets no answer, or a refusal without having been sent,
 * or at which the step ends.
 */
function questioned(stream: Duplex, where: string, own: Journal): Duplex {
  let isRefused = false;
  let isCut = false;
  /** Answers that come while something else happens. */
  let held: Buffer[] | undefined;
  let ended: ((status: string) => void) | undefined;
  const outer = new Duplex({
    read: () => stream.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      const text = chunk.toString('latin1');
      const [, method, target] = /^(GET|POST|DELETE) (\S+) HTTP/.exec(text) ?? [];
      // When a lock is renewed is a matter of time, and a renewal that fails is tried again.
      if (method !== undefined && !text.includes('swarm-up.lock.renewed')) {
        const due = own.note(where, `${method} ${target?.replace(/\?.*/, '')}`, method !== 'GET');
        const body = text.slice(text.indexOf('\r\n\r\n') + 4);
        ended = own.begin(where, `${method} ${decodeURIComponent(target ?? '')} ${body}`);
        if (due?.end !== undefined) return endAt(due, chunk, done);
        if (due?.meanwhile) return void doMeanwhile(due, chunk, done);
        if (due?.awayMs !== undefined) {
          own.leave(where, due.awayMs);
          if (due.when === 'after') return goAfter(chunk, done);
        }
        if (own.isAway(where)) return outer.destroy(reset());
        isRefused = due?.when === 'before' && due.awayMs === undefined;
        isCut = due?.when === 'after';
        if (isRefused) outer.push(REFUSAL);
      }
      if (isRefused) return done();
      stream.write(chunk, done);
    },
    final: (done) => void stream.end(done),
    destroy: (error, done) => {
      stream.destroy();
      done(error);
    },
  });
  /** The engine does it, and nobody hears of that. */
  const goAfter = (chunk: Buffer, done: () => void) => {
    stream.write(chunk, () => {
      outer.destroy(reset());
      done();
    });
  };
  const doMeanwhile = async (due: Fault, chunk: Buffer, done: () => void) => {
    held = [];
    await meanwhileAt(due, async () => void (outer.destroyed || stream.write(chunk)));
    for (const answer of held) outer.push(answer);
    held = undefined;
    done();
  };
  const endAt = ({ when, end }: Fault, chunk: Buffer, done: () => void) => {
    const ending = () => (end === 'killed' ? own.kill() : own.cancel());
    if (when === 'before') ending();
    // Whoever cleans up goes on where the step is cancelled.
    setImmediate(() => {
      if (!outer.destroyed) stream.write(chunk);
      done();
      if (when === 'after') ending();
    });
  };
  own.killed.addEventListener('abort', () => outer.destroy(), { once: true });
  stream.on('data', (chunk: Buffer) => {
    ended?.(/^HTTP\S+ (\d)/.exec(chunk.toString('latin1'))?.[1] ?? 'no status');
    ended = undefined;
    if (held) held.push(chunk);
    else if (isCut) outer.destroy(new Error(SAID));
    else if (!outer.push(chunk)) stream.pause();
  });
  stream.on('end', () => outer.push(null));
  stream.on('error', (error) => outer.destroy(error));
  stream.on('close', () => outer.destroy());
  return outer;
}

const BODY = JSON.stringify({ message: SAID });
const REFUSAL = `HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`;

/** What a run makes up for itself, and nobody else knows. */
function withoutTokens(text: string): string {
  return (
    text
      .replace(/SWMTKN-[\w-]+/g, '#')
      .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '#')
      .replace(/\bversion=\d+/g, 'version=#')
      // A port that was free just then.
      .replace(/(\bhostfwd=\w+:[\d.]*:)\d+-/g, '$1#-')
  );
}

/** Ids, keys, times and addresses are others in every run. */
function withoutIds(text: string): string {
  return text
    .replace(/ssh-ed25519 \S+( \S+)?/g, '#')
    .replace(/-chdir=\S+/g, '-chdir=#')
    .replace(/\S+swarm-up-terraform\S+/g, '#')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '#')
    .replace(/\b\d+(\.\d+){3}\b/g, '#')
    .replace(/\b(?=[a-z0-9]*\d)[a-z0-9]{12,64}\b/g, '#')
    .replace(/\s+/g, ' ');
}
