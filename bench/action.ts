import { dirname } from 'node:path';
import { type ActionOptions, type ActionRun, startAction } from '../script/action-runner.ts';
import { type Laps, type Part, startStopwatch } from './laps.ts';
import { usageIn } from './usage/usage.ts';
import type { Workload } from './workload.ts';

/** The log groups of the action that are parts of the way. */
const GROUPS: readonly (readonly [title: RegExp, part: Part])[] = [
  [/^Checking/, 'check'],
  [/^Starting/, 'machines'],
  [/^Forming/, 'swarm'],
  [/^Loading/, 'images'],
  [/^Deploying|^Waiting/, 'stack'],
];

/**
 * The action as its committed bundle, run as GitHub runs it. `folder` is for the runner's files.
 */
export async function runAction(
  actionFolder: string,
  { nodes, image, composeFile, replicas }: Workload,
  cluster: string,
  folder: string,
  signal: AbortSignal,
): Promise<Laps> {
  const shared: Omit<ActionOptions, 'stage'> = {
    action: actionFolder,
    inputs: {
      cluster,
      nodes: String(nodes),
      'compose-file': composeFile,
      'stack-name': 'bench',
      images: image,
      'stable-for': '0s',
    },
    workspace: dirname(composeFile),
    directory: folder,
  };
  const usage = usageIn(folder);
  const watch = startStopwatch();
  let up: ReturnType<typeof watch.end> | undefined;
  const main = await finished(
    {
      ...shared,
      stage: 'main',
      env: usage.env,
      onLine: ({ kind, text }) => {
        const part = kind === 'group' && GROUPS.find(([title]) => title.test(text))?.[1];
        if (part) watch.begin(part);
        // That they go on running is waited for by nobody but the action.
        if (text.includes(` ${replicas}/${replicas} running`)) up ??= watch.end();
      },
    },
    signal,
  );
  const post = await finished({ ...shared, stage: 'post', state: main.state });
  signal.throwIfAborted();
  if (!up) throw new Error(`The action never said that all tasks run:\n${main.lines.join('\n')}`);
  return { ...up, whole: main.durationMs, removal: post.durationMs, usage: usage.read() };
}

/** Post is not cancelled: it is what removes everything. */
async function finished(options: ActionOptions, signal?: AbortSignal): Promise<ActionRun> {
  const running = startAction(options);
  signal?.addEventListener('abort', running.cancel, { once: true });
  const run = await running.result;
  signal?.removeEventListener('abort', running.cancel);
  if (run.conclusion === 'failure') {
    throw new Error(`${options.stage} of the action failed:\n${run.lines.join('\n')}`);
  }
  return run;
}
