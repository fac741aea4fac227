import type { Clock } from '../../src/base/clock.ts';
import { ask } from '../ask-nodes.ts';
import { HELLO_IMAGE } from '../hello-image.ts';
import type { Job } from '../job.ts';
import type { Cloud, CloudAccess } from './cloud.ts';

/** The same in each run: what a run that was killed has left goes with the sweep of the next. */
const CLUSTER = 'smoke';
/** Once the removal is over, lists of a cloud may still show something for a moment. */
const LOOKS = 10;
const LOOK_MS = 3_000;

export interface Trial extends CloudAccess {
  readonly driver: string;
  readonly cloud: Cloud;
  /** The id of the repository that the steps are told. */
  readonly repository: string;
  /** How the port is published: `ingress` or `host`. */
  readonly portMode: string;
  readonly job: Job;
  /** Another one: a job that was cancelled starts no further step. */
  readonly otherJob: () => Job;
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/**
 * Makes one machine with real credentials, deploys to it, asks what it serves, sweeps, and looks by
 * the vendor's API whether everything is as before. Whatever fails, what was made is removed. Throws
 * what failed first, and if anything is left.
 */
export async function tryCloud(trial: Trial): Promise<void> {
  const before = await trial.cloud.inventory(trial);
  let failure: unknown;
  try {
    await deploy(trial);
    await stepOf(trial, { command: 'status' }, 'Status');
    await sweep(trial);
  } catch (error) {
    failure = error;
    await removeAll(trial);
  }
  const left = await leftSince(trial, before);
  if (left.length > 0) {
    throw new Error(`Left in the project, which may cost money: ${left.join(', ')}`, {
      cause: failure,
    });
  }
  trial.say('Nothing is left in the project that was not there before.');
  trial.say(trial.cloud.charges);
  if (failure !== undefined) throw failure;
}

async function deploy(trial: Trial): Promise<void> {
  const inputs = {
    ...{ nodes: '1', 'compose-file': 'examples/hello/compose.yaml', 'stack-name': 'hello' },
    ...{ images: HELLO_IMAGE, teardown: 'never' },
    // The routing mesh needs IPVS in the kernel of the machine; a stand-in for a cloud may lack it.
    env: `REPLICAS=1\nPORT_MODE=${trial.portMode}`,
    ttl: trial.cloud.ttl,
  };
  const { outputs } = await stepOf(trial, inputs, 'One machine, and examples/hello on it');
  const { text, ok } = await ask(outputs.url ?? '');
  trial.say(`${outputs.url}  ${text}`);
  if (!ok) throw new Error(`The output url, ${outputs.url}, did not answer: ${text}`);
}

async function sweep(trial: Trial): Promise<void> {
  const { cloud, repository } = trial;
  await cloud.expire?.(trial, { cluster: CLUSTER, repository });
  const { outputs } = await stepOf(trial, { command: 'sweep' }, 'Sweep');
  const swept = JSON.parse(outputs.clusters ?? '[]') as { cluster: string; result: string }[];
  const result = swept.find(({ cluster }) => cluster === CLUSTER)?.result;
  if (result !== 'removed') throw new Error(`The sweep has not removed it: ${outputs.clusters}`);
}

/** What it does not remove is found by the look that follows. */
async function removeAll(trial: Trial): Promise<void> {
  const ofOther = { ...trial, job: trial.otherJob() };
  await stepOf(ofOther, { command: 'down' }, 'Removal after a failure').catch((error: unknown) =>
    trial.say(error instanceof Error ? error.message : String(error)),
  );
}

async function stepOf(
  { driver, endpoint, env, job, say }: Trial,
  inputs: Readonly<Record<string, string>>,
  title: string,
) {
  say(title);
  const options = endpoint !== undefined && { 'driver-options': JSON.stringify({ endpoint }) };
  const run = await job.step({ cluster: CLUSTER, driver, ...options, ...inputs }, env);
  if (run.conclusion !== 'success') throw new Error(`${title}: the step ended: ${run.conclusion}.`);
  return run;
}

/** What was not there before, and stays. */
async function leftSince(trial: Trial, before: ReadonlySet<string>): Promise<readonly string[]> {
  for (let look = 1; ; look += 1) {
    const now = await trial.cloud.inventory(trial);
    const left = [...now].filter((one) => !before.has(one));
    if (left.length === 0 || look === LOOKS) return left;
    await trial.clock.sleep(LOOK_MS, new AbortController().signal);
  }
}
