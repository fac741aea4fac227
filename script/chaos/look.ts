import { runner } from '../../src/exec/runner.ts';
import { LIST_CONTAINERS, LIST_OBJECTS, readContainers, readObjects, type Sight } from './sight.ts';

const TIMEOUT_MS = 60_000;

/** Runs a shell line in a host, past SSH; gives what it printed, whatever its exit code. */
export async function onHost(host: string, line: string): Promise<string> {
  const { stdout } = await runner.run(['docker', 'exec', host, 'sh', '-c', line], {
    anyExitCode: true,
    timeoutMs: TIMEOUT_MS,
  });
  return stdout;
}

/** Looks at hosts, the first of which is the manager, past the action. */
export async function look(names: readonly string[]): Promise<Sight> {
  const [manager = ''] = names;
  const objects = readObjects(await onHost(manager, LIST_OBJECTS));
  const containers = await Promise.all(
    names.map(async (name, at) => readContainers(at + 1, await onHost(name, LIST_CONTAINERS))),
  );
  return { ...objects, containers: containers.flat() };
}
