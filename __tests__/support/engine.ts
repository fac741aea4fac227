import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as z from 'zod';
import { type EngineApi, engineApi } from '../../src/engine/api.ts';
import { CommandError } from '../../src/exec/executor.ts';
import { quote } from '../../src/exec/quote.ts';
import { runner } from '../../src/exec/runner.ts';
import { askNode, type NodeAnswer } from './node-shell.ts';

/**
 * What is on the engine of this machine and could be left behind: sorted, so that two can be
 * compared.
 */
export interface EngineState {
  readonly containers: readonly string[];
  readonly networks: readonly string[];
  readonly volumes: readonly string[];
  /** In the folder for temporary files, what our own code makes there. */
  readonly files: readonly string[];
}

export const NOTHING: EngineState = { containers: [], networks: [], volumes: [], files: [] };

/** Runs docker on this machine and gives what it printed; throws where it fails. */
export async function docker(...args: string[]): Promise<string> {
  return (await runner.run(['docker', ...args])).stdout.trim();
}

/** Lists of the engine, as far as tests read them. */
export const listed = {
  containers: z.array(z.looseObject({ Id: z.string(), Names: z.array(z.string()) })),
  networks: z.array(z.looseObject({ Id: z.string(), Name: z.string() })),
  volumes: z.looseObject({
    Volumes: z
      .array(
        z.looseObject({ Name: z.string(), Labels: z.record(z.string(), z.string()).nullable() }),
      )
      .nullable(),
  }),
};

/**
 * What stands on the engine now, apart from what other suites, which carry other prefixes, have
 * there at the same time. Asked over one connection: it is asked after each test, and a docker
 * client for each kind takes more than all the answers.
 */
export async function engineState(prefix: string, api?: EngineApi): Promise<EngineState> {
  if (!api) {
    using own = engineApi(runner);
    return await engineState(prefix, own);
  }
  const filter = (names: readonly string[]) =>
    names.filter((name) => name.includes(prefix)).toSorted();
  const { Volumes } = await api.get('/volumes', {}, listed.volumes);
  const containers = await api.get('/containers/json', { all: 'true' }, listed.containers);
  const networks = await api.get('/networks', {}, listed.networks);
  return {
    containers: filter(containers.map(({ Names }) => Names.join(',').replaceAll('/', ''))),
    networks: filter(networks.map(({ Name }) => Name)),
    volumes: filter((Volumes ?? []).map(({ Name, Labels }) => `${Name} ${words(Labels ?? {})}`)),
    files: filter(readdirSync(tmpdir()).filter((name) => name.startsWith('swarm-up'))),
  };
}

function words(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.toSorted().join(',');
}

const inspected = z.array(
  z.looseObject({ Mounts: z.array(z.looseObject({ Destination: z.string() })).optional() }),
);

/**
 * Everything that the engine says of an object, to compare it with what it says later. It lists the
 * mounts in any order.
 */
export async function inspect(kind: 'container' | 'network' | 'volume', name: string) {
  const [object] = inspected.parse(JSON.parse(await docker(kind, 'inspect', name)));
  object?.Mounts?.sort((a, b) => (a.Destination < b.Destination ? -1 : 1));
  return object;
}

/** Runs a shell line in a node and gives what it printed; the exit code is not looked at. */
export async function inside(node: string, line: string): Promise<string> {
  const { exitCode, stdout, stderr } = (await askNode(node, line)) ?? (await askOnce(node, line));
  return exitCode === 0 ? stdout.trim() : stdout + stderr;
}

/** Runs docker in a node and gives what it printed; throws where it fails. */
export async function dockerInside(node: string, ...args: string[]): Promise<string> {
  const argv = ['docker', ...args] as const;
  const answer = await askNode(node, quote(argv));
  if (answer === undefined) return await docker('exec', node, ...argv);
  if (answer.exitCode !== 0) throw new CommandError(node, argv, answer);
  return answer.stdout.trim();
}

async function askOnce(node: string, line: string): Promise<NodeAnswer> {
  return await runner.run(['docker', 'exec', node, 'sh', '-c', line], { anyExitCode: true });
}
