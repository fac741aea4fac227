import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as z from 'zod';
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

/**
 * What stands on the engine now, apart from what other suites, which carry other prefixes, have
 * there at the same time.
 */
export async function engineState(prefix: string): Promise<EngineState> {
  const list = async (...args: string[]) =>
    (await docker(...args)).split('\n').filter(Boolean).sort();
  const filter = (names: string[]) => names.filter((name) => name.includes(prefix));
  const volumes = await list('volume', 'ls', '--format', '{{.Name}} {{.Labels}}');
  return {
    containers: filter(await list('ps', '--all', '--format', '{{.Names}}')),
    networks: filter(await list('network', 'ls', '--format', '{{.Name}}')),
    volumes: filter(volumes),
    files: filter(readdirSync(tmpdir()).filter((name) => name.startsWith('swarm-up'))),
  };
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
