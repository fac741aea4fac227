import { expect, test } from '@jest/globals';
import { ComposeError, type Finding } from '../../../../src/compose/findings.ts';
import { createLocator } from '../../../../src/compose/locate.ts';
import { renderStack } from '../../../../src/compose/render/render.ts';
import { composeProject, projectOf, rendered } from '../../../support/compose-project.ts';

async function problems(project: Parameters<typeof rendered>[0]): Promise<ComposeError> {
  const error = await rendered(project).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ComposeError);
  return error as ComposeError;
}

test('the same project gives the same bytes', async () => {
  const project = projectOf({
    ports: [{ target: 80, published: '80' }],
    labels: { b: '1', a: '2' },
  });
  const [one, other] = [await rendered(project), await rendered(project)];
  expect(one.stack.text).toBe(other.stack.text);
  expect(one.stack.text).toContain('version: "3.9"');
});

test.each([
  ['3.12', { healthcheck: { test: ['CMD', 'x'], start_interval: '1s' } }],
  ['3.13', { networks: { default: { driver_opts: { a: 'b' } } } }],
  ['3.9', { healthcheck: { test: ['CMD', 'x'] } }],
])('version %s is asked for only where a key needs it', async (version, service) => {
  const { file } = await rendered(projectOf(service));
  expect(file.version).toBe(version);
});

test('each service is summed up for those that watch it', async () => {
  const locator = createLocator([{ file: 'compose.yaml', text: 'services:\n  web: {}\n' }]);
  const project = projectOf({
    restart: 'no',
    ports: [
      { target: 80, published: '8080', mode: 'ingress', protocol: 'tcp' },
      { target: 53, mode: 'host', protocol: 'udp' },
    ],
    deploy: { replicas: 3, update_config: { monitor: '1m30.5s' } },
  });
  const images = new Map([['web:1', 'web:1@sha256:abc']]);
  const stack = await renderStack(
    { ...project, locate: locator.path },
    { stackName: 'stk', images },
  );
  expect(stack.services).toEqual([
    {
      name: 'web',
      image: 'web:1@sha256:abc',
      mode: 'replicated',
      replicas: 3,
      ports: [
        { service: 'web', published: 8080, target: 80, protocol: 'tcp', mode: 'ingress' },
        { service: 'web', published: undefined, target: 53, protocol: 'udp', mode: 'host' },
      ],
      restart: 'none',
      monitorMs: 90_500,
      location: { file: 'compose.yaml', line: 2 },
    },
  ]);
  expect(stack.text).toContain('image: "web:1@sha256:abc"');
});

test.each([
  [{}, { mode: 'replicated', replicas: 1, restart: 'any', monitorMs: 0 }],
  [{ mode: 'global' }, { mode: 'global', replicas: 0, restart: 'any' }],
  [{ mode: 'global-job' }, { mode: 'global-job', replicas: 0, restart: 'on-failure' }],
  [
    { mode: 'replicated-job', replicas: 4 },
    { mode: 'replicated-job', replicas: 4 },
  ],
  [{ replicas: 0 }, { replicas: 0 }],
])('deploy %j means %j', async (deploy, expected) => {
  const { stack } = await rendered(projectOf({ deploy }));
  expect(stack.services[0]).toMatchObject(expected);
});

test('variables that are set to nothing are named, since docker would fill them from its environment', async () => {
  const { stack } = await rendered(
    projectOf({ environment: { HOME: '', PATH: null, FULL: 'x', ZERO: '0' } }),
  );
  expect(stack.emptyVariables).toEqual(['HOME', 'PATH']);
});

test('all problems are thrown together, in the order of the file', async () => {
  const text = [
    'services:',
    '  web:',
    '    privileged: true',
    "    ports: ['8080:80', '127.0.0.1:9:9']",
    '  db:',
    '    pid: host',
    '',
  ].join('\n');
  const locator = createLocator([{ file: 'compose.yaml', text }]);
  const error = await problems(
    composeProject(
      {
        services: {
          db: { image: 'db', pid: 'host' },
          web: {
            image: 'web',
            privileged: true,
            ports: [
              { target: 80, published: '8080' },
              { target: 9, published: '9', host_ip: '127.0.0.1' },
            ],
          },
        },
      },
      { locate: locator.path },
    ),
  );
  expect(error.message).toContain('3 problems');
  expect(error.details?.split('\n').map((line) => line.slice(0, 40))).toEqual([
    'compose.yaml:3: service web: `privileged',
    'compose.yaml:4: service web: `ports` pub',
    'compose.yaml:6: service db: `pid` is not',
  ]);
});

test('a service without an image is refused, with or without build', async () => {
  const project = composeProject({ services: { web: { build: { context: '.' } } } });
  const { findings } = await problems(project);
  expect(findings.map(({ message }) => message)).toEqual([
    expect.stringContaining('service web: it has no `image`'),
  ]);
});

test('a file without services is refused', async () => {
  expect((await problems(composeProject({}))).details).toContain('has no services to deploy');
});

test.each([
  ['s'.repeat(60), /63/],
  ['my.service', /does not allow/],
  ['ends-', /does not allow/],
])('a service called %s is refused', async (name, reason) => {
  const { findings } = await problems(composeProject({ services: { [name]: { image: 'x' } } }));
  expect(findings[0]?.message).toMatch(reason);
});

test.each([
  ['ingress', 'ingress', true],
  ['host', 'ingress', true],
  ['host', 'host', false],
])('one port published by two services, %s and %s: refused is %s', async (one, other, refused) => {
  const service = (mode: string) => ({
    image: 'x',
    ports: [{ target: 80, published: '80', mode }],
  });
  const project = composeProject({ services: { a: service(one), b: service(other) } });
  if (refused) expect((await problems(project)).details).toContain('which service a publishes too');
  else expect((await rendered(project)).stack.services).toHaveLength(2);
});

test('strict: every warning is an error, those of Compose too, all in one message in the order of the file', async () => {
  const text = 'services:\n  web:\n    container_name: x\n    privileged: true\n    cpuset: "0"\n';
  const locator = createLocator([{ file: 'compose.yaml', text }]);
  const own = { level: 'warning', message: 'not set', location: { file: 'compose.yaml', line: 1 } };
  const project = {
    ...projectOf({ container_name: 'x', privileged: true, cpuset: '0' }),
    locate: locator.path,
    findings: [own as Finding],
  };
  const error = await renderStack(project, { stackName: 'stk', compatibility: 'strict' }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ComposeError);
  const { message, findings, hint } = error as ComposeError;
  expect(message).toContain('4 problems');
  expect(findings.map(({ level, location }) => [level, location?.line])).toEqual([
    ['error', 1],
    ['error', 3],
    ['error', 4],
    ['error', 5],
  ]);
  expect(hint).toContain('`compatibility: warn` deploys without them');
});

test('strict: a file without warnings is deployed, and what is always refused has no other remedy', async () => {
  const options = { stackName: 'stk', compatibility: 'strict' } as const;
  expect((await renderStack(projectOf({}), options)).findings).toEqual([]);
  await expect(renderStack(projectOf({ pid: 'host' }), options)).rejects.toMatchObject({
    hint: 'Nothing has been created.',
  });
});

test('what Compose warned of comes first', async () => {
  const own = { level: 'warning', message: 'compose', location: undefined } as const;
  const { stack } = await rendered({ ...projectOf({ container_name: 'x' }), findings: [own] });
  expect(stack.findings).toEqual([own, expect.objectContaining({ level: 'warning' })]);
});
