import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { type ActionOptions, type ActionRun, startAction } from '../../script/action-runner.ts';
import { FOREIGN_RUNNERS } from '../support/foreign-runners.ts';
import { type SshHost, startSshHost } from '../support/model/ssh-host.ts';

// The bundle on this system, whatever it is, and over SSH a host in this process that answers as a
// host with an engine does. It needs no engine, and is what runs on Windows and macOS.
jest.setTimeout(60_000);

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'over-ssh-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

type Stage = Partial<Pick<ActionOptions, 'env' | 'without' | 'jobStatus'>>;

function step(host: SshHost, inputs: Readonly<Record<string, string>> = {}, of: Stage = {}) {
  const given = { ...host.inputs, 'stable-for': '0s', 'wait-timeout': '20s', ...inputs };
  const common = { inputs: given, workspace: folder, directory: folder, ...of };
  return {
    main: () => startAction({ ...common, stage: 'main' }).result,
    post: ({ state, conclusion }: ActionRun) =>
      startAction({ ...common, stage: 'post', state, jobStatus: conclusion }).result,
  };
}

/** The whole log of a stage that failed. */
const failed = ({ conclusion, lines }: ActionRun) => (conclusion === 'success' ? [] : lines);

const STACK = `services:
  web:
    image: nginx:1
    configs: [greeting]
    deploy: {replicas: 0}
configs: {greeting: {file: ./deploy/greeting.txt}}
`;

test('a stack is deployed to a host from here, and post leaves the host as it was', async () => {
  await using host = await startSshHost();
  mkdirSync(join(folder, 'deploy'));
  writeFileSync(join(folder, 'compose.yaml'), STACK);
  writeFileSync(join(folder, 'deploy', 'greeting.txt'), 'hello\n');
  const inputs = { cluster: 'from-here', 'stack-name': 'shop', teardown: 'always' };
  const { main, post } = step(host, inputs);
  const up = await main();
  expect([up.conclusion, ...failed(up)]).toEqual(['success']);
  expect(up.outputs.status).toBe('converged');
  const swarm = host.engine.member?.swarm;
  const services = [...(swarm?.objects.service.values() ?? [])].map(({ Spec }) => Spec.Name);
  expect(services).toEqual(['shop_web']);
  const down = await post(up);
  expect([down.conclusion, ...failed(down)]).toEqual(['success']);
  expect(host.engine.member).toBeUndefined();
  expect(host.unknown()).toEqual([]);
});

/** What main leaves for post, also on a runner that has no file for it. */
function stateOf({ state, lines }: ActionRun): Readonly<Record<string, string>> {
  const told = lines.flatMap((line) => {
    const [, name = '', value = ''] = /^\s*::save-state name=([\w-]+)::(.*)$/.exec(line) ?? [];
    return name === '' ? [] : [[name, value.replaceAll('%25', '%')] as const];
  });
  return { ...Object.fromEntries(told), ...state };
}

test.each(FOREIGN_RUNNERS)('$name runs main and post', async ({ env, without }) => {
  await using host = await startSshHost();
  const inputs = { cluster: 'abroad', 'compose-file': '-', teardown: 'always' };
  const { main, post } = step(host, inputs, { env, without });
  const up = await main();
  expect([up.conclusion, ...failed(up)]).toEqual(['success']);
  const labels = host.engine.member?.node.Spec.Labels ?? {};
  const address = `${env.GITHUB_SERVER_URL ?? 'https://github.com'}/octocat/hello`;
  expect(labels).toMatchObject({ 'swarm-up.cluster': 'abroad', 'swarm-up.repository': address });
  const down = await post({ ...up, state: stateOf(up) });
  expect([down.conclusion, ...failed(down)]).toEqual(['success']);
  expect(host.engine.member).toBeUndefined();
  expect(host.engine.volumes.size).toBe(0);
  expect(host.unknown()).toEqual([]);
});
