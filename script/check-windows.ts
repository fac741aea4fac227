/**
 * Runs main and post of the bundle on the Node of Windows, under Wine, against a host in this
 * process. Started by script/check-windows in a container that has Wine.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSshHost } from '../__tests__/support/model/ssh-host.ts';
import { type ActionRun, type ForeignNode, startAction } from './action-runner.ts';

/** Node for Windows, and the folder of a docker-compose.exe. */
const [nodeExe = 'node.exe', composeFolder = '.'] = process.argv.slice(2);

const windows: ForeignNode = {
  argv: [
    process.execPath,
    ...process.execArgv,
    join(import.meta.dirname, 'check-windows-wine.ts'),
    nodeExe,
  ],
  // Wine shows the whole of this machine as the drive Z.
  path: (path) => `Z:${path.replaceAll('/', '\\')}`,
};

const workspace = mkdtempSync(join(tmpdir(), 'check-windows-'));
const directory = join(workspace, '..', `${workspace.split('/').at(-1)}-job`);
mkdirSync(directory);

function told({ lines, conclusion }: ActionRun): ActionRun['conclusion'] {
  console.log(lines.map((line) => `  ${line}`).join('\n'));
  return conclusion;
}

async function check(
  title: string,
  inputs: Readonly<Record<string, string>>,
  expected: RegExp,
  env: Readonly<Record<string, string>> = {},
) {
  console.log(`\n▶ ${title}`);
  await using host = await startSshHost();
  const given = { ...host.inputs, 'stable-for': '0s', cluster: 'windows', ...inputs };
  const common = { inputs: given, env, workspace, directory, foreign: windows };
  const main = await startAction({ ...common, stage: 'main' }).result;
  const ended = told(main);
  const { state } = main;
  const post = await startAction({ ...common, stage: 'post', state, jobStatus: ended }).result;
  const said = [...main.lines, `main: ${ended}`, `post: ${told(post)}`];
  const left = host.engine.member ? ['the host is still in a swarm'] : [];
  const faults = [
    ...(expected.test(said.join('\n')) ? [] : [`not found: ${expected}`]),
    ...left,
    ...host.unknown(),
  ];
  console.log(faults.length === 0 ? '✓ as expected' : `✗ ${faults.join('; ')}`);
  return faults.length === 0;
}

/** What Compose makes of the file on Windows: a config that git has checked out there. */
function writeProject(): void {
  const file = join(workspace, 'deploy', 'greeting.txt');
  mkdirSync(join(workspace, 'deploy'));
  writeFileSync(file, 'hello\r\n');
  writeFileSync(
    join(workspace, 'compose.yaml'),
    'services: {web: {image: "nginx:1", configs: [greeting], deploy: {replicas: 0}}}\nconfigs:\n  greeting: {file: ./deploy/greeting.txt}\n',
  );
  const service = {
    ...{ command: null, entrypoint: null, image: 'nginx:1', networks: { default: null } },
    ...{ configs: [{ source: 'greeting' }], deploy: { replicas: 0, resources: {}, placement: {} } },
  };
  const model = {
    ...{ name: 'shop', services: { web: service } },
    networks: { default: { name: 'shop_default', ipam: {} } },
    configs: { greeting: { name: 'shop_greeting', file: windows.path(file) } },
  };
  writeFileSync(join(composeFolder, 'compose.json'), JSON.stringify(model));
}

/** What Wine puts before the PATH of Windows. */
const WITH_COMPOSE = { WINEPATH: windows.path(composeFolder) };

writeProject();
const results = [
  await check(
    'A swarm is formed of a host, and post takes it apart',
    { 'compose-file': '-', teardown: 'always' },
    /main: success\npost: success/,
  ),
  await check(
    'A driver for Linux is refused by its name',
    { driver: 'docker', 'driver-options': '[' },
    /driver: "docker": this driver makes its machines on a Linux runner, and this is a Windows/,
  ),
  await check(
    'Without Compose the step says what to install',
    { 'stack-name': 'shop' },
    /neither is the program[\s\S]*docker-compose\.exe/,
  ),
  await check(
    'A stack with a config is deployed by docker-compose.exe, and CRLF is told',
    { 'stack-name': 'shop', teardown: 'always' },
    /config greeting: deploy\/greeting\.txt has Windows line ends[\s\S]*main: success\npost: success/,
    WITH_COMPOSE,
  ),
  await check(
    'The same under `policy: restricted`',
    { 'stack-name': 'shop', teardown: 'always', policy: 'restricted' },
    /main: success\npost: success/,
    WITH_COMPOSE,
  ),
];
process.exitCode = results.every(Boolean) ? 0 : 1;
