import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { machineImage } from '../__tests__/support/virtual-machines.ts';
import { type ActionOptions, startAction } from '../script/action-runner.ts';
import type { Executor } from '../src/exec/executor.ts';
import { runner } from '../src/exec/runner.ts';
import { createQemuDriver } from '../src/machines/qemu/driver.ts';
import { qemuOptions } from '../src/machines/qemu/options.ts';
import { connectSsh } from '../src/ssh/connect.ts';
import type { SshExecutor } from '../src/ssh/executor.ts';
import { type Usage, usageIn, usageText } from './usage/usage.ts';
import { together, until } from './waiting.ts';
import type { Workload } from './workload.ts';

const NODES = 2;
/**
 * As a loop in a shell would: each question is a docker client, which an emulated machine feels.
 */
const POLL_MS = 1_000;
/** Without KVM a machine boots for minutes. */
const SSH_MS = 10 * 60_000;

/** What bringing up a cluster of virtual machines consists of, in this order. */
const PARTS = ['boot', 'engine', 'swarm', 'images', 'stack'] as const;
type Part = (typeof PARTS)[number];

/** When each part was over, in ms since the start, and how long the removal took, in ms. */
type Ends = Readonly<Record<Part | 'removal', number>>;

/**
 * Brings up two virtual machines with a stack on them, in turn by the action and by the same
 * machines with commands over SSH, all at once and nothing checked. Gives lines of a table, in s.
 */
export async function measureVirtual(
  { action, folder }: { readonly action: string; readonly folder: string },
  workload: Workload,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const options = { image: await machineImage(), cpus: 1, memory: '1g' };
  // Short: below it are sockets, whose paths have little room.
  process.env.XDG_STATE_HOME = join(folder, 'vm');
  const limit = await byCommands(options, workload, signal);
  const ours = await byAction({ action, folder }, options, workload, signal);
  const row = (label: string, of: (ends: Ends) => number) => {
    const [least, took] = [of(limit) / 1_000, of(ours) / 1_000];
    return `${label.padEnd(28)}${least.toFixed(1).padStart(14)}${took.toFixed(1).padStart(14)}${(took / least).toFixed(2).padStart(10)}`;
  };
  return [
    `${''.padEnd(28)}${'commands'.padStart(14)}${'dist/main'.padStart(14)}${'ratio'.padStart(10)}`,
    ...PARTS.map((part, at) => {
      const before = PARTS[at - 1];
      return row(`  ${part}`, (ends) => ends[part] - (before ? ends[before] : 0));
    }),
    row('all tasks running', ({ stack }) => stack),
    row('removal', ({ removal }) => removal),
    usageText(ours.usage ? [ours.usage] : []),
  ];
}

type Options = Readonly<Record<string, unknown>>;

/** Ends of the log's groups, and what says in between that the last machine has booted. */
async function byAction(
  { action, folder }: { readonly action: string; readonly folder: string },
  options: Options,
  { image, composeFile, replicas }: Workload,
  signal: AbortSignal,
): Promise<Ends & { readonly usage: Usage | undefined }> {
  const usage = usageIn(folder);
  const shared: Omit<ActionOptions, 'stage'> = {
    action,
    inputs: {
      driver: 'qemu',
      cluster: `bench-vm-${process.pid}`,
      nodes: String(NODES),
      'compose-file': composeFile,
      'stack-name': 'bench',
      images: image,
      'stable-for': '0s',
      'driver-options': JSON.stringify(options),
    },
    workspace: dirname(composeFile),
    directory: folder,
  };
  const ends: Partial<Record<Part | 'removal', number>> = {};
  const from = performance.now();
  const over = (part: Part) => {
    ends[part] = performance.now() - from;
  };
  const main = startAction({
    ...shared,
    stage: 'main',
    env: usage.env,
    onLine: ({ kind, text }) => {
      if (text.includes(' has booted (')) over('boot');
      if (kind === 'group' && text.startsWith('Forming')) over('engine');
      if (kind === 'group' && text.startsWith('Loading')) over('swarm');
      if (kind === 'group' && text.startsWith('Deploying')) over('images');
      if (text.includes(` ${replicas}/${replicas} running`) && !ends.stack) over('stack');
    },
  });
  signal.addEventListener('abort', main.cancel, { once: true });
  const run = await main.result;
  const post = await startAction({ ...shared, stage: 'post', state: run.state }).result;
  const { boot, engine, swarm, images, stack } = ends;
  if (run.conclusion === 'failure' || !boot || !engine || !swarm || !images || !stack) {
    throw new Error(`The action failed:\n${run.lines.join('\n')}`);
  }
  const removal = post.durationMs;
  return { boot, engine, swarm, images, stack, removal, usage: usage.read() };
}

async function byCommands(
  options: Options,
  { image, composeFile, replicas }: Workload,
  signal: AbortSignal,
): Promise<Ends> {
  const log = { info: () => {}, warning: console.log };
  const driver = createQemuDriver(qemuOptions.parse(options), { runner, log });
  const owner = { cluster: `bench-limit-${process.pid}`, repository: '1', run: 'bench' };
  const spec = { owner, publishedPorts: [], machines: 1 };
  const indexes = Array.from({ length: NODES }, (_, at) => at + 1);
  const opened: SshExecutor[] = [];
  const from = performance.now();
  const now = () => performance.now() - from;
  try {
    await driver.check(signal, { cluster: owner, machines: NODES, ttlMs: undefined });
    await driver.prepare?.(spec, signal);
    const machines = await together(indexes, (index) => driver.create(spec, index, signal));
    const boot = now();
    const nodes = await together(machines, async (machine) => {
      const ssh = await connectSsh(await driver.target(machine, signal), {
        signal,
        timeoutMs: SSH_MS,
      });
      opened.push(ssh);
      const info = () => ssh.run(['sudo', 'docker', 'info'], { anyExitCode: true, signal });
      await until(async () => (await info()).exitCode === 0, POLL_MS, signal);
      return { ssh, address: machine.advertise ?? machine.address };
    });
    const engine = now();
    const [first, ...others] = nodes;
    if (!first) throw new Error('no machine was made');
    const docker = async (ssh: Executor, ...args: string[]) =>
      (await ssh.run(['sudo', 'docker', ...args], { signal })).stdout.trim();
    await docker(first.ssh, 'swarm', 'init', '--advertise-addr', first.address);
    const token = await docker(first.ssh, 'swarm', 'join-token', '--quiet', 'worker');
    for (const { ssh, address } of others) {
      const join = ['swarm', 'join', '--advertise-addr', address, '--token', token];
      await docker(ssh, ...join, `${first.address}:2377`);
    }
    const swarm = now();
    const archive = join(process.env.XDG_STATE_HOME ?? '', 'image.tar');
    await runner.run(['docker', 'save', '--output', archive, image], { signal });
    await together(nodes, ({ ssh }) =>
      ssh.run(['sudo', 'docker', 'load'], { stdin: readFileSync(archive), signal }),
    );
    const images = now();
    await first.ssh.run(
      ['sudo', 'docker', 'stack', 'deploy', '--resolve-image=never', '-c', '-', 'bench'],
      { stdin: readFileSync(composeFile), signal },
    );
    await until(
      async () =>
        (await docker(first.ssh, 'service', 'ls', '--format', '{{.Replicas}}')) ===
        `${replicas}/${replicas}`,
      POLL_MS,
      signal,
    );
    const stack = now();
    await driver.destroyCluster(owner);
    return { boot, engine, swarm, images, stack, removal: now() - stack };
  } finally {
    await Promise.allSettled(opened.map((ssh) => ssh.close()));
    await driver.destroyCluster(owner);
  }
}
