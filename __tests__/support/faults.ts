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
  /** Every call word by word, with what came of it, by where it was made; what stands in it and is another in each run is left out. */
  readonly steps: Readonly<Record<string, readonly string[]>>;
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
}

/** `names` are others in every run, and stand in no key. Where the run gets over `fault`, it ends by `last`. */
export function journal(names: readonly string[], fault?: Fault, last?: Fault): Journal {
  const calls = new Map<string, Call>();
  const faults = [fault, last].filter((one) => one !== undefined);
  const met = new Set<Fault>();
  let changes = 0;
  const steps: Record<string, { readonly words: string; outcome: string | number }[]> = {};
  return {
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
      own.push(step);
      return (outcome) => {
        Object.assign(step, { outcome });
      };
    },
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

/** Everything that can fail in a run with these calls: each question, and each change without effect and with it. */
export function faultsOf(calls: readonly Call[]): Fault[] {
  return calls.flatMap(({ key, changes }): Fault[] => [
    { at: key, when: 'before', changes },
    ...(changes ? [{ at: key, when: 'after', changes } as const] : []),
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
export function withFaults<E extends Executor>(executor: E, { note, begin }: Journal): E {
  const run = async (argv: Argv, options: RunOptions = {}): Promise<RunResult> => {
    const changes = !READS.test(argv.join(' '));
    const when = note(executor.where, argv.join(' '), changes);
    const ended = begin(executor.where, argv.join(' '));
    if (when === undefined) {
      try {
        const result = await executor.run(argv, options);
        ended(result.exitCode);
        return result;
      } catch (error) {
        if (error instanceof CommandError) ended(error.result.exitCode);
        throw error;
      }
    }
    if (when === 'after') await executor.run(argv, options);
    // An exit code is an answer; a question is to get none.
    if (!changes) throw new ActionError(SAID);
    const result = { exitCode: 1, stdout: '', stderr: SAID };
    if (options.anyExitCode) return result;
    throw new CommandError(executor.where, argv, result);
  };
  const open = async (argv: Argv): Promise<Duplex> => {
    if (note(executor.where, argv.join(' '), false)) throw new ActionError(SAID);
    const ask = (what: string, changes: boolean) => note(executor.where, what, changes);
    return questioned(await executor.open(argv), ask, (words) => begin(executor.where, words));
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
  begin: (words: string) => (outcome: string) => void,
): Duplex {
  let isRefused = false;
  let isCut = false;
  let ended: ((status: string) => void) | undefined;
  const outer = new Duplex({
    read: () => stream.resume(),
    write: (chunk: Buffer, _encoding, done) => {
      const text = chunk.toString('latin1');
      const [, method, target] = /^(GET|POST|DELETE) (\S+) HTTP/.exec(text) ?? [];
      // When a lock is renewed is a matter of time, and a renewal that fails is tried again.
      if (method !== undefined && !text.includes('swarm-up.lock.renewed')) {
        const when = ask(`${method} ${target?.replace(/\?.*/, '')}`, method !== 'GET');
        const body = text.slice(text.indexOf('\r\n\r\n') + 4);
        ended = begin(`${method} ${decodeURIComponent(target ?? '')} ${body}`);
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
    ended?.(/^HTTP\S+ (\d)/.exec(chunk.toString('latin1'))?.[1] ?? 'no status');
    ended = undefined;
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

/** What a run makes up for itself, and nobody else knows. */
function withoutTokens(text: string): string {
  return text
    .replace(/SWMTKN-[\w-]+/g, '#')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, '#')
    .replace(/\bversion=\d+/g, 'version=#');
}

/** Ids, keys, times and addresses are others in every run. */
function withoutIds(text: string): string {
  return text
    .replace(/ssh-ed25519 \S+( \S+)?/g, '#')
    .replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, '#')
    .replace(/\b\d+(\.\d+){3}\b/g, '#')
    .replace(/\b(?=[a-z0-9]*\d)[a-z0-9]{12,64}\b/g, '#')
    .replace(/\s+/g, ' ');
}
