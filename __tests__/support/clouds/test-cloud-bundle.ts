import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { ActionRun } from '../../../script/action-runner.ts';
import { ensureHelloImage, HELLO_IMAGE } from '../../../script/hello-image.ts';
import { testCluster } from '../cluster.ts';
import { until } from '../until.ts';
import { hostMachines } from './host-machine.ts';

/** A later run of the workflow. */
export const LATER = { GITHUB_RUN_ID: '2' };

/** A compose file whose service answers at a port of each node. */
export const stack = (port: number) => `name: shop
services:
  web:
    image: ${HELLO_IMAGE}
    stop_grace_period: 0s
    ports: [{target: 8080, published: ${port}, mode: host}]
    deploy: {mode: global}
`;

/** What a step has said. With SHOW_LOG people see it, too. */
export function textOf(run: ActionRun): string {
  const text = run.lines.join('\n');
  if (process.env.SHOW_LOG) console.log(`${text}\n--- summary\n${run.summary}`);
  return text;
}

/** A stand-in whose machines are real hosts. */
interface HostCloud extends AsyncDisposable {
  readonly fake: { readonly journal: readonly string[] };
  readonly inputs: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  /** From now on each machine takes until `release` to be made; gives `release`. */
  hold(): () => void;
}

/** A cloud, and what is the same for each in other words. */
export interface BundleTrials<Cloud extends HostCloud> {
  readonly start: () => Promise<Cloud>;
  /** What the names of the clusters begin with: `hz`. */
  readonly prefix: string;
  /** `servers`. */
  readonly noun: string;
  /** How the journal has an order that was taken. */
  readonly order: string;
  readonly all: (cloud: Cloud) => readonly string[];
  /**
   * Adds what another repository, 815, has of a cluster of this name that expired long ago. Gives
   * what exists of it.
   */
  readonly addTwin: (cloud: Cloud, cluster: string) => readonly string[];
}

/** The tests of the bundle with a cloud that sweeps, or whose main step comes to an end. */
export function testCloudBundle<Cloud extends HostCloud>(about: BundleTrials<Cloud>): void {
  const { start, prefix, noun, order, all } = about;
  beforeAll(() => ensureHelloImage(new AbortController().signal), 120_000);
  afterAll(async () => expect(await hostMachines()).toBe(''));

  test('a sweep removes what has expired, and leaves the twin of another repository', async () => {
    await using cluster = testCluster(`${prefix}-sweep`);
    await using cloud = await start();
    const { env, inputs } = cloud;
    const twin = about.addTwin(cloud, cluster.name);
    const given = { ...inputs, nodes: '1', 'compose-file': '-', teardown: 'never', ttl: '1s' };
    const made = await cluster.up(given, env);
    textOf(made);
    expect(made.conclusion).toBe('success');
    const swept = await cluster.up({ ...inputs, command: 'sweep' }, { ...env, ...LATER });
    expect(textOf(swept)).toContain(`Cluster ${cluster.name} was removed: ttl ended`);
    expect(swept.conclusion).toBe('success');
    expect(all(cloud)).toEqual(twin);
  }, 120_000);

  test.each([
    ['cancelled', 'cancel'],
    ['killed', 'kill'],
  ] as const)(
    `main is %s while its ${noun} are being created: post removes them`,
    async (_, end) => {
      await using cluster = testCluster(`${prefix}-end`);
      await using cloud = await start();
      const { fake, env, inputs } = cloud;
      const given = { ...inputs, nodes: '2', 'compose-file': '-' };
      const release = cloud.hold();
      const main = cluster.start(given, env);
      const asked = () => fake.journal.filter((line) => line === order).length;
      await until(`both ${noun} were asked for`, () => asked() === 2);
      main[end]();
      const ended = await main.result;
      textOf(ended);
      release();
      const post = await cluster.post(ended, given, 'cancelled', env);
      expect(textOf(post)).toContain(`Nothing of cluster ${cluster.name} is left.`);
      expect(post.conclusion).toBe('success');
      expect(all(cloud)).toEqual([]);
    },
    120_000,
  );
}
