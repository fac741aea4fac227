// What script/demo shows. The action runs as a job of two steps runs it on GitHub: main, main,
// post, post.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import type { Argv } from '../src/exec/argv.ts';
import { runner } from '../src/exec/runner.ts';
import { CLUSTER_LABEL } from '../src/machines/ownership.ts';
import type { ActionRun } from './action-runner.ts';
import { ask, askNodes, readEndpoints, readNodes } from './ask-nodes.ts';
import { ensureHelloImage, HELLO_IMAGE } from './hello-image.ts';
import { shownJob } from './shown-job.ts';

const REPOSITORY = resolve(import.meta.dirname, '..');
const DIRECTORY = resolve(REPOSITORY, '.cache/demo');
const SUMMARY = resolve(DIRECTORY, 'summary.md');

// With a fixed name and run id, a demo that was killed is completed, and removed, by the next one.
const CLUSTER = 'demo';
const NODES = 3;
const isMesh = process.env.PORT_MODE !== 'host';

const say = (title: string) => console.log(`==> ${title}`);
const started = performance.now();

rmSync(DIRECTORY, { recursive: true, force: true });
const stopping = new AbortController();
const job = shownJob(DIRECTORY, () => {
  say('Cancelling; post removes what there is');
  stopping.abort(new Error('Ended by a signal.'));
});

try {
  say(`Image ${HELLO_IMAGE} of examples/hello`);
  if (await ensureHelloImage(stopping.signal)) console.log('    built');
  await show(await deploy(2), 1);
  await show(await deploy(isMesh ? 6 : 3), isMesh ? 2 : 1);
  say(`Both job summaries are in ${relative(process.cwd(), SUMMARY)}`);
} catch (error) {
  if (job.status !== 'cancelled') {
    job.fail();
    console.error(`error: ${error instanceof Error ? error.message : error}`);
  }
} finally {
  await tearDown();
}
say(`Done in ${((performance.now() - started) / 1_000).toFixed(1)} s`);
process.exitCode = job.status === 'success' ? 0 : job.status === 'cancelled' ? 130 : 1;

async function deploy(replicas: number): Promise<ActionRun> {
  say(`Step: ${NODES} nodes, examples/hello with ${replicas} replicas`);
  const run = await job.step({
    cluster: CLUSTER,
    nodes: String(NODES),
    'compose-file': 'examples/hello/compose.yaml',
    'stack-name': 'hello',
    images: HELLO_IMAGE,
    env: [
      `REPLICAS=${replicas}`,
      `PORT_MODE=${isMesh ? 'ingress' : 'host'}`,
      `UPDATE_ORDER=${isMesh ? 'start-first' : 'stop-first'}`,
    ].join('\n'),
  });
  mkdirSync(DIRECTORY, { recursive: true });
  writeFileSync(SUMMARY, run.summary, { flag: 'a' });
  if (run.conclusion !== 'success') throw new Error(`The step ended with ${run.conclusion}.`);
  return run;
}

/** Asks every node, and the runner's own address, and shows who answered. */
async function show({ outputs }: ActionRun, times: number): Promise<void> {
  const nodes = readNodes(outputs.nodes ?? '');
  for (const endpoint of readEndpoints(outputs.endpoints ?? '')) {
    say(`Asking ${endpoint.service} on port ${endpoint.port} of every node`);
    const answers = await askNodes(nodes, endpoint.port, times);
    for (const { node, url, text, ok } of answers) {
      const none = isMesh ? `no answer: ${text}` : 'no answer, as no task runs there';
      console.log(`    ${node}  ${url}  ${ok ? text : none}`);
    }
    const silent = answers.find(({ ok }) => !ok);
    if (silent && isMesh) throw new Error(`${silent.url} did not answer: ${silent.text}`);
    if (!answers.some(({ ok }) => ok)) throw new Error('No node answered.');
  }
  if (!outputs.url) return;
  const { text, ok } = await ask(outputs.url);
  console.log(`    output url  ${outputs.url}  ${text}`);
  if (!ok) throw new Error(`${outputs.url}, the output url, did not answer: ${text}`);
}

async function tearDown(): Promise<void> {
  say('Post');
  const posts = await job.finish();
  for (const { summary } of posts) writeFileSync(SUMMARY, summary, { flag: 'a' });
  say('What is left on this machine');
  const label = `label=${CLUSTER_LABEL}=${CLUSTER}`;
  const lists: [what: string, argv: Argv][] = [
    ['containers', ['docker', 'ps', '--all', '--quiet', '--filter', label]],
    ['networks', ['docker', 'network', 'ls', '--quiet', '--filter', label]],
    ['volumes', ['docker', 'volume', 'ls', '--quiet', '--filter', label]],
  ];
  for (const [what, argv] of lists) {
    const { stdout } = await runner.run(argv);
    const left = stdout.split('\n').filter(Boolean);
    console.log(`    ${what}: ${left.length === 0 ? 'none' : left.join(' ')}`);
    if (left.length > 0) job.fail();
  }
}
