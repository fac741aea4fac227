import { Duplex } from 'node:stream';
import { ActionError } from '../../src/errors.ts';
import {
  type Argv,
  CommandError,
  type Executor,
  type RunOptions,
  type RunResult,
} from '../../src/exec/executor.ts';

/** `before`: what was asked for is not done. `after`: it is done, and who asked is told that it failed. */
export type When = 'before' | 'after';

/** One command, or one question to an engine. */
export interface Call {
  /**
   * The same in every run: where, what, and after how many changes. A question that is asked again before anything was changed is one call,
   * however often it is asked.
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
  /** Notes a call, and gives how it fails where it does. */
  note(where: string, what: string, changes: boolean): When | undefined;
}

export interface Fault {
  /** The key of a call, or what is in it. */
  readonly at: string | RegExp;
  readonly when: When;
  /** Whether each such call fails, and not only the first one. */
  readonly always?: boolean;
}

/** `names` are others in every run, and stand in no key. Where the run gets over `fault`, it ends by `last`. */
export function journal(names: readonly string[], fault?: Fault, last?: Fault): Journal {
  const calls = new Map<string, Call>();
  const faults = [fault, last].filter((one) => one !== undefined);
  const met = new Set<Fault>();
  let changes = 0;
  return {
    get calls() {
      return [...calls.values()];
    },
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
      return due?.when;
    },
  };
}

const isAt = ({ at }: Fault, key: string) => (typeof at === 'string' ? at === key : at.test(key));

/**
 * What fails in a run with these calls: those that change something, each without effect and with it. A question that fails between two changes
 * leaves what the first has made, and so does the second where it has no effect; `CONFORMANCE=all` lets each question fail all the same.
 */
export function faultsOf(calls: readonly Call[]): Fault[] {
  const questions = process.env.CONFORMANCE === 'all';
  return calls.flatMap(({ key, changes }): Fault[] => [
    ...(changes || questions ? [{ at: key, when: 'before' } as const] : []),
    ...(changes ? [{ at: key, when: 'after' } as const] : []),
  ]);
}

/** What is wrong with each run, by what fails in it; nothing where all is well. A lane has one run at a time. */
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
      if (result !== undefined) found[`${fault.when} ${fault.at}`] = result;
    }
  };
  await Promise.all(lanes.map(work));
  return found;
}

const SAID = 'injected: the engine has gone';

/** The executor with the fault of its journal in it. */
export function withFaults<E extends Executor>(executor: E, { note }: Journal): E {
  const run = async (argv: Argv, options: RunOptions = {}): Promise<RunResult> => {
    const changes = !READS.test(argv.join(' '));
    const when = note(executor.where, argv.join(' '), changes);
    if (when === undefined) return executor.run(argv, options);
    if (when === 'after') await executor.run(argv, options);
    // An exit code is an answer; a question is to get none.
    if (!changes) throw new ActionError(SAID);
    const result = { exitCode: 1, stdout: '', stderr: SAID };
    if (options.anyExitCode) return result;
    throw new CommandError(executor.where, argv, result);
  };
  const open = async (argv: Argv): Promise<Duplex> => {
    if (note(executor.where, argv.join(' '), false)) throw new ActionError(SAID);
    return questioned(await executor.open(argv), (what, changes) =>
      note(executor.where, what, changes),
    );
  };
  return { ...executor, run, open };
}

/** Commands that change nothing, wherever they run. */
const READS =
  /^(docker (ps|info|version|inspect|logs|compose|(container|image|network|volume) inspect|(network|volume|service|secret|config) ls)|ls|perl|sh -c\s+(PATH|echo|LC_ALL|\[ -e|command -v|for file|tries=0)|ip -json|ip netns list|qemu-img info|qemu-system-\w+ --version|true$)/;

/** A stream to an engine on which one request gets no answer, or a refusal without having been sent. */
function questioned(
  stream: Duplex,
  ask: (what: string, changes: boolean) => When | undefined,
): Duplex {
  let isRefused = false;
  let isCut = false;
  const outer = new Duplex({
    read: () => stream.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      const text = chunk.toString('latin1');
      const [, method, target] = /^(GET|POST|DELETE) (\S+) HTTP/.exec(text) ?? [];
      // When a lock is renewed is a matter of time, and a renewal that fails is tried again.
      if (method !== undefined && !text.includes('swarm-up.lock.renewed')) {
        const when = ask(`${method} ${target?.replace(/\?.*/, '')}`, method !== 'GET');
        isRefused = when === 'before';
        isCut = when === 'after';
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
  stream.on('data', (chunk: Buffer) => {
    if (isCut) outer.destroy(new Error(SAID));
    else if (!outer.push(chunk)) stream.pause();
  });
  stream.on('end', () => outer.push(null));
  stream.on('error', (error) => outer.destroy(error));
  stream.on('close', () => outer.destroy());
  return outer;
}

const BODY = JSON.stringify({ message: SAID });
const REFUSAL = `HTTP/1.1 500 Internal Server Error\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\nConnection: close\r\n\r\n${BODY}`;

/** Ids, keys, times and addresses are others in every run. */
function withoutIds(text: string): string {
  return text
    .replace(/ssh-ed25519 \S+( \S+)?/g, '#')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '#')
    .replace(/\b\d+(\.\d+){3}\b/g, '#')
    .replace(/\b(?=[a-z0-9]*\d)[a-z0-9]{12,64}\b/g, '#')
    .replace(/\s+/g, ' ');
}
