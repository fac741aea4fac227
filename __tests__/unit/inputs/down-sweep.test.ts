import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ActionError } from '../../../src/base/errors.ts';
import { parseDownInputs, parseSweepInputs } from '../../support/inputs.ts';

const manifest = parse(readFileSync('action.yml', 'utf8')) as {
  inputs: Record<string, { default?: string }>;
};

const reader = (given: Readonly<Record<string, string>>) => (name: string) => {
  const input = manifest.inputs[name];
  if (!input) throw new Error(`action.yml has no input ${name}`);
  return given[name] ?? input.default ?? '';
};

const NOBODY = { comment: false, deployment: false, environment: undefined, token: '' };
const ENVIRONMENT = { GITHUB_REPOSITORY: 'acme/shop', GITHUB_RUN_ID: '7', pullRequest: 12 };

test('a driver and a name are enough, and what only `up` reads may have any value', () => {
  const given = {
    command: 'down',
    nodes: 'many',
    managers: '9',
    verify: '?',
    teardown: '',
    ttl: '',
  };
  expect(
    parseDownInputs((name) => (name in given ? 'wrong' : reader({})(name)), ENVIRONMENT),
  ).toBeDefined();
  expect(parseDownInputs(reader({}), ENVIRONMENT)).toEqual({
    driver: expect.objectContaining({ name: 'docker' }),
    lockTimeoutMs: 1_800_000,
    cluster: 'shop-pr-12',
    stackName: undefined,
    removeVolumes: false,
    announcements: { ...NOBODY, token: manifest.inputs['github-token']?.default },
  });
  expect(parseDownInputs(reader({ 'remove-volumes': 'true' }), ENVIRONMENT)).toMatchObject({
    removeVolumes: true,
  });
});

test('hosts are needed where they are entered', () => {
  try {
    parseDownInputs(reader({ driver: 'ssh', cluster: 'X Y', 'stack-name': 'Y' }), ENVIRONMENT);
    throw new Error('accepted');
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    expect(error.message).toBe('4 inputs are not right.');
    expect(error.details).toMatch(/^hosts: "": no host is named\./m);
    expect(error.details).toMatch(/^cluster: "X Y"/m);
    expect(error.details).toMatch(/^stack-name: "Y"/m);
  }
});

test('sweep needs a token where GitHub has to be asked, and nothing else', () => {
  expect(parseSweepInputs(reader({ 'github-token': '', nodes: 'x' }), ENVIRONMENT)).toEqual({
    drivers: [expect.objectContaining({ name: 'docker' })],
    dryRun: false,
    closedPullRequests: false,
    announcements: NOBODY,
  });
  const given = { 'closed-pull-requests': 'true', 'github-token': 't', 'dry-run': 'true' };
  expect(parseSweepInputs(reader(given), ENVIRONMENT)).toMatchObject({
    announcements: { token: 't' },
    dryRun: true,
  });
  const refused = () => parseSweepInputs(reader({ ...given, 'github-token': '' }), ENVIRONMENT);
  expect(refused).toThrow('An input is not right.');
});

/** The drivers of a sweep with their options, or what is wrong with its inputs. */
function sweptDrivers(
  driver: string,
  options = '',
  variables: Readonly<Record<string, string>> = { HCLOUD_TOKEN: 'token' },
): unknown {
  try {
    const given = { driver, 'driver-options': options };
    const { drivers } = parseSweepInputs(reader(given), { ...ENVIRONMENT, variables });
    return drivers.map(({ name, options: of }) => [name, (of as { endpoint?: string }).endpoint]);
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    return error.details;
  }
}

const HETZNER = 'https://api.hetzner.cloud/v1';

test.each([
  ['hetzner, docker', '', { hetzner: HETZNER, docker: undefined }],
  ['docker\n# those of previews\nhetzner\ndocker\n', '', { docker: undefined, hetzner: HETZNER }],
  [
    'docker, hetzner',
    'hetzner: { endpoint: "https://other.example.com", location: nowhere }',
    { docker: undefined, hetzner: 'https://other.example.com' },
  ],
  ['hetzner', 'endpoint: https://other.example.com', { hetzner: 'https://other.example.com' }],
])(
  'sweep takes a list of drivers, with options by their names: %j',
  (driver, options, expected) => {
    expect(sweptDrivers(driver, options)).toEqual(Object.entries(expected));
  },
);

test.each([
  ['hetzner, dokcer', '', /^driver: "dokcer": not known\. Did you mean `docker`\?/],
  [
    'hetzner, docker',
    'endpoint: https://other.example.com',
    /^driver-options: .*: `endpoint` is none of the drivers of this step\..*`hetzner: \{ … \}`/,
  ],
  ['hetzner, docker', 'hetzner: [a]', /^driver-options: .*: `hetzner`: not a map of options\.$/],
  ['hetzner, docker', 'hetzner: { endpoint: x }', /^driver-options: .*`endpoint`: give a URL/],
  ['hetzner, docker', 'a: [', /^driver-options: "a: \[": not YAML[^\n]*$/],
])('what is wrong with one driver of a list is said once: %j %j', (driver, options, said) => {
  expect(sweptDrivers(driver, options)).toMatch(said);
});

test('each driver of a list has to have its own token', () => {
  expect(sweptDrivers('docker, hetzner', '', {})).toMatch(
    /^driver: "HCLOUD_TOKEN": the variable is not set\.[^\n]*$/,
  );
});

test('other commands take one driver', () => {
  const given = { command: 'down', driver: 'hetzner, docker' };
  expect(() => parseDownInputs(reader(given), ENVIRONMENT)).toThrow(
    expect.objectContaining({
      details: expect.stringContaining('only `command: sweep` takes several drivers. Name one.'),
    }),
  );
});
