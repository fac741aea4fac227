import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { parse } from 'yaml';
import { ComposeError } from '../../../src/compose/findings.ts';
import { type RenderedStack, renderStack } from '../../../src/compose/render/render.ts';
import { runner } from '../../../src/exec/runner.ts';
import type { Parsed } from '../../support/compose-project.ts';
import { loadProject } from '../../support/load-project.ts';

jest.setTimeout(60_000);

const EXAMPLES = join(import.meta.dirname, '../../../examples');

async function rendered(...files: string[]): Promise<RenderedStack> {
  return await renderedIn('environments', files);
}

async function renderedIn(example: string, files: readonly string[]): Promise<RenderedStack> {
  const env = {
    ...{ DATABASE_PASSWORD: 'x', ACME_EMAIL: 'ops@example.com' },
    ...{ NAME: 'shop-pr-12', HOST: 'pr-12.preview.example.com' },
  };
  const source = { workspace: join(EXAMPLES, example), files, profiles: [], env };
  const project = await loadProject(runner, source);
  return await renderStack(project, { stackName: 'shop', compatibility: 'strict' });
}

/** As `docker stack deploy` understands it. */
async function understood(stack: RenderedStack): Promise<Parsed> {
  const folder = await mkdtemp(join(tmpdir(), 'environments-'));
  try {
    const path = join(folder, 'stack.yml');
    await writeFile(path, stack.text);
    const { stdout } = await runner.run(['docker', 'stack', 'config', '-c', path]);
    return parse(stdout, { version: '1.1' });
  } finally {
    await rm(folder, { recursive: true });
  }
}

test('a pull request', async () => {
  const { services, volumes } = await understood(await rendered('compose.yaml', 'preview.yaml'));
  expect(services.web.deploy.resources.limits.memory).toBe('268435456');
  expect(services.db.volumes).toEqual([{ type: 'tmpfs', target: '/var/lib/postgresql/data' }]);
  expect(volumes).toBeUndefined();
});

test('production', async () => {
  const { services, volumes } = await understood(await rendered('compose.yaml', 'production.yaml'));
  expect(services.web.deploy).toMatchObject({
    replicas: 3,
    update_config: { order: 'start-first', failure_action: 'rollback', monitor: '10s' },
  });
  expect(services.web.healthcheck.interval).toBe('5s');
  expect(services.db.deploy.placement.constraints).toEqual(['node.labels.database == true']);
  expect(volumes).toEqual({ data: {} });
});

test('what is for your own machine is refused, with everything that a swarm would do otherwise', async () => {
  const error = await rendered().catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ComposeError);
  const { findings, hint } = error as ComposeError;
  expect(
    findings.map(({ location, message }) => [
      location?.file,
      location?.line,
      message.split(' ')[2],
    ]),
  ).toEqual([
    ['compose.override.yaml', 4, '`build`'],
    ['compose.override.yaml', 5, '`ports`'],
    ['compose.override.yaml', 6, '`volumes`'],
    ['compose.override.yaml', 9, '`depends_on`'],
  ]);
  expect(hint).toContain('`compatibility: warn`');
});

test('a migration is deployed between its database and its application', async () => {
  const stack = await renderedIn('migration', ['compose.yaml']);
  expect(stack.findings).toEqual([]);
  expect(stack.waves.map(({ services }) => services)).toEqual([['db'], ['migrate'], ['web']]);
  const { services } = await understood(stack);
  expect(services.migrate.deploy).toMatchObject({ mode: 'replicated-job' });
  expect(services.migrate.environment).toEqual(services.web.environment);
});

test.each([
  ['private-registry', 'cache web'],
  ['no-registry', 'api web'],
])('%s is deployed as it stands', async (example, services) => {
  const stack = await renderedIn(example, ['compose.yaml']);
  expect(stack.findings).toEqual([]);
  expect(
    Object.keys((await understood(stack)).services)
      .sort()
      .join(' '),
  ).toBe(services);
});

test('a preview behind the proxy gives its name by labels, and publishes no port', async () => {
  const preview = await renderedIn('reverse-proxy', ['compose.yaml']);
  expect(preview.findings).toEqual([]);
  const { services, networks } = await understood(preview);
  expect(services.web.deploy.labels).toMatchObject({
    'traefik.enable': 'true',
    'traefik.http.routers.shop-pr-12.rule': 'Host(`pr-12.preview.example.com`)',
  });
  expect(services.web.ports).toBeUndefined();
  expect(networks.proxy).toMatchObject({ external: true });

  const proxy = await renderedIn('reverse-proxy', ['proxy.yaml']);
  expect(proxy.findings).toEqual([]);
  const stack = await understood(proxy);
  expect(stack.services.traefik.ports).toHaveLength(2);
  expect(stack.networks.proxy.name).toBe('proxy');
});
