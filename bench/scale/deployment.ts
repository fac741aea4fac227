import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { type ActionRun, startAction } from '../../script/action-runner.ts';
import { type FarHosts, startFarHosts } from './far-hosts.ts';
import type { Conversation } from './latencies.ts';
import { type Usage, watchUsage } from './used.ts';

export interface Size {
  readonly nodes: number;
  readonly services: number;
}

/** One run on hosts in no swarm, in ms. */
export interface Deployment {
  readonly size: Size;
  readonly up: Measured;
  /** The post step that removes it all; undefined where it would take too long. */
  readonly down: Measured | undefined;
  /** The same hosts entered by ssh2 alone, and as many commands run as a step runs on each. */
  readonly entered: Measured;
  /** What `up` asked the manager. */
  readonly conversation: Conversation;
}

export interface Measured extends Usage {
  readonly ms: number;
  /**
   * CPU time of this process meanwhile, in ms, which the stand-ins are in: with the step it has the
   * cores of one machine.
   */
  readonly standInsMs: number;
  readonly warnings: number;
  readonly summaryBytes: number;
  readonly lines: readonly string[];
  readonly summary: string;
}

/** Hosts leave one after the other, some seconds each. */
const MOST_REMOVED = 10;

/** Deploys to hosts in no swarm, by the bundle of the action, and removes it all from few. */
export async function measureDeployment(
  size: Size,
  { action, folder, signal }: { action: string; folder: string; signal: AbortSignal },
): Promise<Deployment> {
  await using hosts = await startFarHosts(size.nodes);
  const composeFile = join(folder, 'compose.yaml');
  writeFileSync(composeFile, composeOf(size.services));
  const entered = await enter(hosts, folder, signal);
  hosts.conversation();
  const inputs = {
    ...hosts.inputs,
    cluster: 'scale',
    'compose-file': composeFile,
    'stack-name': `scale-${size.services}`,
    'resolve-image': 'never',
    'stable-for': '0s',
    teardown: 'always',
  };
  const options = { action, inputs, workspace: folder };
  const up = await step('main', options, folder, signal);
  const conversation = hosts.conversation();
  const isSmall = size.nodes <= MOST_REMOVED;
  const down = isSmall
    ? await step('post', { ...options, state: up.run.state }, folder, signal)
    : undefined;
  const strange = hosts.unknown();
  if (strange.length > 0) throw new Error(strange.slice(0, 3).join('\n'));
  return { size, entered, up: up.measured, down: down?.measured, conversation };
}

/** Runs a stage of the action, and fails where it does. */
export async function step(
  stage: 'main' | 'post',
  options: Omit<Parameters<typeof startAction>[0], 'stage' | 'directory'>,
  folder: string,
  signal: AbortSignal,
): Promise<{ readonly run: ActionRun; readonly measured: Measured }> {
  const directory = mkdtempSync(join(folder, `${stage}-`));
  const usage = watchUsage(directory);
  const before = process.cpuUsage();
  const running = startAction({ ...options, stage, directory, env: usage.env });
  signal.addEventListener('abort', running.cancel, { once: true });
  const run = await running.result;
  signal.removeEventListener('abort', running.cancel);
  if (run.conclusion !== 'success') {
    throw new Error(`${stage} failed:\n${run.lines.slice(-60).join('\n')}`);
  }
  const { lines, summary } = run;
  return {
    run,
    measured: {
      ...usage.read(),
      ...{ ms: run.durationMs, lines, summary, summaryBytes: Buffer.byteLength(summary) },
      standInsMs: cpuSince(before),
      warnings: lines.filter((line) => /Warning: |^::warning|##\[warning\]/.test(line)).length,
    },
  };
}

/** The floor: logins and commands, and nothing else. */
export async function enter(
  hosts: FarHosts,
  folder: string,
  signal: AbortSignal,
): Promise<Measured> {
  const usage = watchUsage(mkdtempSync(join(folder, 'enter-')));
  const from = performance.now();
  const before = process.cpuUsage();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'connections.ts')], {
    signal,
    stdio: ['ignore', 'inherit', 'inherit'],
    env: {
      ...process.env,
      ...usage.env,
      NODE_NO_WARNINGS: '1',
      SCALE_ADDRESSES: hosts.addresses.join(),
      SCALE_PORT: String(hosts.port),
      SCALE_KEY: hosts.inputs['ssh-private-key'] ?? '',
    },
  });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error('The hosts could not be entered.');
  const ms = performance.now() - from;
  const nothing = { warnings: 0, summaryBytes: 0, lines: [], summary: '' };
  return { ...usage.read(), ...nothing, ms, standInsMs: cpuSince(before) };
}

function cpuSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

function composeOf(services: number): string {
  const service = {
    image: 'busybox:1.36',
    deploy: { replicas: 3, update_config: { monitor: '100ms' } },
  };
  const names = Array.from({ length: services }, (_, at) => `service-${at + 1}`);
  return stringify({ services: Object.fromEntries(names.map((name) => [name, service])) });
}
