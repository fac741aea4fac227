import * as z from 'zod';
import type { EngineApi } from '../../engine/api.ts';

/** What a container's healthcheck gave last. */
export interface Probe {
  readonly exitCode: number;
  /** What the program wrote; the engine keeps its first 4 KiB. */
  readonly output: string;
}

const containers = z.array(z.object({ Id: z.string() }));

const container = z.object({
  State: z.object({
    Health: z
      .object({
        Log: z.array(z.object({ ExitCode: z.number(), Output: z.string().default('') })).nullish(),
      })
      .nullish(),
  }),
});

/**
 * What the healthcheck of a task gave when it failed last: it lies with the container, on the node
 * that ran it. Undefined if no engine has the container any more, or the check has not failed. A
 * failure gives nothing, no exception: this is asked when something has failed already.
 */
export async function readProbe(
  engines: readonly Pick<EngineApi, 'get'>[],
  taskId: string,
  signal: AbortSignal,
): Promise<Probe | undefined> {
  const filters = JSON.stringify({ label: [`com.docker.swarm.task.id=${taskId}`] });
  const results = await Promise.allSettled(
    engines.map(async (api) => {
      const found = await api.get('/containers/json', { all: 'true', filters }, containers, {
        signal,
      });
      const [first] = found;
      if (!first) return undefined;
      const { State } = await api.get(`/containers/${first.Id}/json`, {}, container, { signal });
      const failed = State.Health?.Log?.findLast(({ ExitCode }) => ExitCode !== 0);
      return failed && { exitCode: failed.ExitCode, output: failed.Output.trim() };
    }),
  );
  return results.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []))[0];
}

/** A probe in a sentence, with its output. */
export function describeProbe({ exitCode, output }: Probe): string {
  const said = output === '' ? ', and no output' : `: ${output}`;
  return `The healthcheck ended with exit code ${exitCode}${said}`;
}
