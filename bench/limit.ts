import { readFileSync } from 'node:fs';
import type { Argv } from '../src/exec/argv.ts';
import type { RunOptions } from '../src/exec/executor.ts';
import { runner } from '../src/exec/runner.ts';
import * as docker from '../src/machines/docker/commands.ts';
import { newHostKey, packIdentity } from '../src/machines/docker/identity.ts';
import { CLUSTER_LABEL } from '../src/machines/ownership.ts';
import { type Laps, startStopwatch } from './laps.ts';
import { together, until } from './waiting.ts';
import type { Workload } from './workload.ts';

const POLL_MS = 50;
const TIMEOUT_MS = 2 * 60_000;

/**
 * As quick as the docker client alone can do it: all machines at once, commands by `docker exec`,
 * and nothing checked.
 */
export async function runLimit(
  { nodes, image, composeFile, replicas, create }: Workload,
  cluster: string,
  outer: AbortSignal,
): Promise<Laps> {
  const signal = AbortSignal.any([outer, AbortSignal.timeout(TIMEOUT_MS)]);
  const machines = Array.from({ length: nodes }, (_, at) => `${cluster}-${at + 1}`);
  const [first = '', ...others] = machines;
  const run = (argv: Argv, options: RunOptions = {}) => runner.run(argv, { signal, ...options });
  const on = (machine: string, argv: Argv, options?: RunOptions) =>
    run(['docker', 'exec', '--interactive', machine, ...argv], options);

  const watch = startStopwatch();
  watch.begin('machines');
  await run(docker.createNetwork(cluster, { [CLUSTER_LABEL]: cluster }));
  await together(machines, async (machine) => {
    await run(create(cluster, machine));
    // Without a host key the node's sshd, and with it the node, does not start.
    const hostKey = newHostKey(machine);
    const stdin = await packIdentity({
      hostKey,
      authorizedKey: hostKey.publicKey,
      daemonConfig: undefined,
    });
    await run(docker.copyInto(machine), { stdin });
    await run(docker.start(machine));
    await until(
      async () => {
        const { exitCode } = await on(machine, ['docker', 'info'], { anyExitCode: true });
        return exitCode === 0;
      },
      POLL_MS,
      signal,
    );
  });

  watch.begin('swarm');
  await on(first, ['docker', 'swarm', 'init']);
  const { stdout } = await on(first, ['docker', 'swarm', 'join-token', '--quiet', 'worker']);
  await together(others, (machine) =>
    on(machine, ['docker', 'swarm', 'join', '--token', stdout.trim(), `${first}:2377`]),
  );

  watch.begin('images');
  await together(machines, (machine) =>
    run([
      'sh',
      '-c',
      'docker save "$1" | docker exec --interactive "$2" docker load',
      'sh',
      image,
      machine,
    ]),
  );

  watch.begin('stack');
  await on(first, ['docker', 'stack', 'deploy', '--resolve-image=never', '-c', '-', 'bench'], {
    stdin: readFileSync(composeFile),
  });
  const all = `${replicas}/${replicas}`;
  await until(
    async () => {
      const listed = await on(first, ['docker', 'service', 'ls', '--format', '{{.Replicas}}']);
      return listed.stdout.trim() === all;
    },
    POLL_MS,
    signal,
  );
  const up = watch.end();

  const from = performance.now();
  await run(docker.removeContainers(machines));
  const removal = performance.now() - from;
  await run(docker.removeNetworks([cluster]));
  return { ...up, removal };
}
