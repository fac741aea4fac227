import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ActionError } from '../../../src/base/errors.ts';
import { runner } from '../../../src/exec/runner.ts';
import { parseInputs } from '../../support/inputs.ts';
import { recordedLog } from '../../support/recorded-log.ts';

const manifest = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};

/**
 * Reads inputs as the runner gives them: what the workflow says, else the default of action.yml.
 */
function reader(given: Readonly<Record<string, string>>): (name: string) => string {
  return (name) => {
    const input = manifest.inputs[name];
    if (!input) throw new Error(`action.yml has no input ${name}`);
    return given[name] ?? input.default ?? '';
  };
}

const parseGiven = (given: Readonly<Record<string, string>>, warn?: (message: string) => void) =>
  parseInputs(
    reader(given),
    { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '7', GITHUB_JOB: 'test' },
    warn,
  );

function problemsOf(given: Readonly<Record<string, string>>): string {
  try {
    parseGiven(given);
  } catch (error) {
    if (error instanceof ActionError) return error.details ?? '';
    throw error;
  }
  throw new Error('the inputs were accepted');
}

test('the defaults of action.yml are a complete set of inputs', () => {
  expect(parseGiven({})).toEqual({
    command: 'up',
    driver: expect.objectContaining({ name: 'docker', options: {} }),
    cluster: 'shop-7-test',
    nodes: 2,
    registryAuth: false,
    registries: [],
    imageTransfer: 'auto',
    resolveImage: 'always',
    roles: ['manager', 'worker'],
    workingDirectory: undefined,
    composeFiles: [],
    stackName: undefined,
    env: {},
    profiles: [],
    images: [],
    build: false,
    compatibility: 'warn',
    policy: undefined,
    mtu: undefined,
    portOffset: 0,
    prune: true,
    dryRun: false,
    onFailure: 'keep',
    recreate: false,
    keepVersions: 1,
    wait: true,
    waitTimeoutMs: 600_000,
    stableForMs: 5_000,
    lockTimeoutMs: 1_800_000,
    verify: undefined,
    teardown: 'auto',
    removeVolumes: false,
    ttlMs: undefined,
    maxClusters: undefined,
    dockerHost: false,
    // The runner gives `github-token` its default.
    announcements: {
      comment: false,
      deployment: false,
      environment: undefined,
      token: manifest.inputs['github-token']?.default,
    },
    uploadDiagnostics: true,
    url: undefined,
  });
});

test('where the run is told of', () => {
  const given = {
    comment: 'true',
    deployment: 'true',
    environment: 'review/12',
    'github-token': 't',
  };
  expect(parseGiven(given).announcements).toEqual({
    comment: true,
    deployment: true,
    environment: 'review/12',
    token: 't',
  });
  expect(problemsOf({ comment: 'yes', environment: 'a, b' })).toMatch(
    /^comment: "yes": neither true nor false.*\nenvironment: "a, b": not a name for an environment/,
  );
  expect(problemsOf({ environment: 'e'.repeat(256) })).toContain('at most 255 characters');
});

test.each([
  [7, []],
  [
    8,
    [
      '8 managers: Docker advises 7 at most, since each more makes every change of the swarm slower. Make workers of the others.',
    ],
  ],
])('%i managers', (managers, warnings) => {
  const said: string[] = [];
  parseGiven({ nodes: '9', managers: String(managers) }, (message) => said.push(message));
  expect(said).toEqual(warnings);
});

test('everything given arrives', () => {
  const inputs = parseGiven({
    'driver-options': 'cpus: 1.5\nmemory: 2g\nregistry-mirrors: [https://mirror.example]\n',
    cluster: 'preview',
    nodes: '5',
    managers: '3',
    'compose-file': 'compose.yaml\r\ncompose.ci.yaml\n',
    'stack-name': 'web',
    env: 'TAG=1.2\n# a comment\nURL=http://x/?a=b \n',
    profiles: 'debug\n',
    images: 'web:ci\nweb:ci\napi:ci',
    compatibility: 'strict',
    'port-offset': 'auto',
    prune: 'false',
    'wait-timeout': '1h30m',
    'stable-for': '0s',
    verify: '8080/health\n8080/admin 401\n9000',
    teardown: 'on-success',
    ttl: '7d',
  });
  expect(inputs).toMatchObject({
    driver: {
      options: { cpus: 1.5, memory: '2g', 'registry-mirrors': ['https://mirror.example'] },
    },
    composeFiles: ['compose.yaml', 'compose.ci.yaml'],
    env: { TAG: '1.2', URL: 'http://x/?a=b' },
    images: ['web:ci', 'api:ci'],
    portOffset: 'auto',
    waitTimeoutMs: 5_400_000,
    stableForMs: 0,
    ttlMs: 604_800_000,
    verify: [
      { port: 8080, path: '/health', status: undefined },
      { port: 8080, path: '/admin', status: 401 },
      { port: 9000, path: '/', status: undefined },
    ],
  });
});

test.each([
  ['compose-file', '-', 'composeFiles', undefined],
  ['verify', '-', 'verify', []],
])('%s: "-" means none', (name, text, key, value) => {
  expect(parseGiven({ [name]: text })).toHaveProperty(key, value);
});

test.each([
  ['command', 'downn', 'Did you mean `down`?'],
  ['driver', 'amazonec', 'not known. Did you mean `amazonec2`?'],
  ['driver', 'dokcer', 'Did you mean `docker`?'],
  ['nodes', '0', 'from 1 to 1000'],
  ['nodes', '1001', 'from 1 to 1000'],
  ['nodes', '2.5', 'for example `3`'],
  ['nodes', '0x2', 'from 1 to 1000'],
  ['managers', '3', 'more managers than nodes (2)'],
  ['cluster', 'My Preview', 'For example `my-preview`'],
  ['cluster', '-x', 'inner hyphens only'],
  ['cluster', 'a: b', 'at most 40 characters'],
  ['cluster', '///', 'lower-case letters'],
  ['stack-name', 'Web', 'lower-case letters'],
  ['compatibility', 'stric', 'Did you mean `strict`?'],
  ['prune', 'yes', 'Write `true` or `false`'],
  ['keep-versions', '-1', 'not a number of versions'],
  ['nodes', '0', 'must be a number of machines from 1 to 1000.'],
  ['nodes', '1001', 'must be a number of machines from 1 to 1000.'],
  ['nodes', 'three', 'not a number of machines. Give a whole number from 1 to 1000'],
  ['mtu', '1.4k', 'not an MTU'],
  ['mtu', '575', 'from 576 to 9216'],
  ['mtu', '9217', 'from 576 to 9216'],
  ['port-offset', 'Auto', 'not an offset. Write `auto`, or what to add to each port'],
  ['port-offset', '65535', 'not an offset.'],
  ['wait-timeout', '600', '`300s`, `10m`'],
  ['stable-for', '11m', 'longer than `wait-timeout` (10m)'],
  ['wait-timeout', '3s', 'shorter than `stable-for`, which is 5s where nothing else is given'],
  ['verify', 'health', '`8080/health`'],
  ['verify', '70000/x', '`8080/health`'],
  ['url', 'pr-12.example.com', 'not an address over HTTP'],
  ['url', 'localhost:8080', 'not an address over HTTP'],
  ['url', 'https:/x', 'not an address over HTTP'],
  ['url', 'https://{stak}.example.com', '`{stack}` and `{cluster}` stand for their names'],
  ['url', 'javascript:alert(1)', 'not an address over HTTP'],
  ['url', 'https://a.example.com/\nx', 'not an address over HTTP'],
  ['url', `https://a.example.com/${'x'.repeat(255)}`, 'longer than 255 characters'],
  ['url', 'https://pr-{number}.example.com', 'this run names none. Use `{cluster}` or'],
  ['max-clusters', '0', 'must be a number of clusters from 1 to 1000.'],
  ['max-clusters', 'few', 'not a number of clusters.'],
  ['ttl', '24', '`90m`, `24h`, `7d`'],
  ['ttl', '0h', 'not a time to live'],
  ['teardown', 'allways', 'Did you mean `always`?'],
  ['driver-options', 'a: [', 'not YAML'],
  ['driver-options', '- a', 'not a map'],
  ['driver-options', 'memry: 1g', 'driver docker has no option `memry`. Did you mean `memory`?'],
  ['driver-options', 'memory: lots', '`memory`: give an amount of memory'],
  ['driver-options', 'cpus: 0', '`cpus`: give a number of CPUs above 0'],
])('%s: %j is refused with the reason and the remedy', (name, text, said) => {
  const problems = problemsOf({ [name]: text });
  expect(problems.split('\n')).toHaveLength(1);
  expect(problems).toContain(`${name}: ${JSON.stringify(text)}: `);
  expect(problems).toContain(said);
});

test('a line of `verify` that is not understood is shown by its address alone', () => {
  const problems = problemsOf({ verify: '8080/\nhttps://bob:hunter2@x/ header="A: hunter2' });
  expect(problems).toMatch(/^verify: "https:\/\/…@x\/": an address with a user\./);
  expect(problemsOf({ verify: '8080/a header="A: hunter2' })).toMatch(/^verify: "8080\/a": what/);
});

test('a build is refused where strangers may have written the files, and where there is none', () => {
  expect(problemsOf({ build: 'true', policy: 'restricted' })).toMatch(
    /^build: "true": not under `policy: restricted`\. A build runs the code of whoever wrote the files/,
  );
  expect(problemsOf({ build: 'true', 'compose-file': '-' })).toMatch(
    /^build: "true": there is no compose file/,
  );
  expect(parseGiven({ build: 'true', policy: 'none' }).build).toBe(true);
});

test('what needs a stack that has converged is refused where nobody waits for it', () => {
  expect(problemsOf({ wait: 'false', verify: '80/', 'on-failure': 'rollback' })).toMatch(
    /^verify: "80\/": asked once the stack has converged; with `wait: false` nobody waits.*\non-failure: "rollback": decided once/,
  );
  expect(parseGiven({ wait: 'false', verify: '-' }).wait).toBe(false);
});

test('`{number}` of an address is the pull request of the run', () => {
  const { read, environment } = {
    read: reader({ url: 'https://pr-{number}.{stack}.example.com/{number}' }),
    environment: { GITHUB_REPOSITORY: 'acme/shop', pullRequest: 12 },
  };
  expect(parseInputs(read, environment).url).toEqual({
    template: 'https://pr-12.{stack}.example.com/12',
  });
});

test('the login in an address is not shown', () => {
  const problems = problemsOf({ url: 'https://user:hunter2@example.com/' });
  expect(problems).toContain('url: "https://…@example.com": holds a login');
  expect(problems).not.toContain('hunter2');
});

test('all problems come in one message', () => {
  expect(problemsOf({ nodes: 'x', teardown: 'y', prune: 'z' }).split('\n')).toHaveLength(3);
});

test.each([
  ['A=1\nPASSWORD hunter2', 'env: "line 2": has no `=`'],
  ['2X=hunter2', 'env: "2X": not the name of a variable'],
])('env: %j is refused without showing a value', (env, said) => {
  expect(problemsOf({ env })).toContain(said);
  expect(problemsOf({ env })).not.toContain('hunter2');
});

const SSH = { driver: 'ssh', hosts: '10.0.0.4 manager', 'ssh-password': 'p' };

test.each([
  [
    'an address for all hosts',
    'advertise-addr: 10.0.0.4',
    /`advertise-addr`: an address is that of one host/,
  ],
  [
    'no name of an interface',
    'data-path-addr: "eth 1"',
    /`data-path-addr`: give the name of an interface/,
  ],
  [
    'a source of the engine that is none',
    'install-engine: podman',
    /`install-engine`: give `true`, `distribution`, `docker` or `false`/,
  ],
  ['an option that is not there', 'advertise_addr: eth1', /Did you mean `advertise-addr`/],
])('driver-options of ssh refuse %s', (_name, options, reason) => {
  expect(problemsOf({ ...SSH, 'driver-options': options })).toMatch(reason);
});

test.each([true, false, 'distribution', 'docker'])('install-engine: %s is taken', (word) => {
  const { driver } = parseGiven({ ...SSH, 'driver-options': `install-engine: ${word}` });
  expect(driver.options).toEqual({ 'install-engine': word });
});

const unlockKeyOf = (given: Readonly<Record<string, string>>) => {
  const { log } = recordedLog();
  const driver = parseGiven(given).driver.create({ runner, actionRoot: '', log });
  return driver.makesMachines ? undefined : driver.adoption.unlockKey;
};

test('an unlock key is taken by its form, and never shown', () => {
  const key = 'SWMKEY-1-7c37Cc8654o6p38HnroywCi19pllOnGtbdZEgtKxZu8';
  expect(unlockKeyOf({ ...SSH, 'unlock-key': `${key}\n` })).toBe(key);
  expect(unlockKeyOf(SSH)).toBeUndefined();
  const refused = problemsOf({ ...SSH, 'unlock-key': 'SWMTKN-1-secret' });
  expect(refused).toMatch(/unlock-key: "\*\*\*": not the key of a swarm/);
  expect(refused).not.toContain('secret');
});
