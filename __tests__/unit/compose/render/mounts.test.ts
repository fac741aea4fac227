import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { projectOf, rendered } from '../../../support/compose-project.ts';

/** What is said of one mount of a project in /workspace. */
async function refusal(mount: object): Promise<string> {
  const error = await rendered(projectOf({ volumes: [mount] })).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ComposeError);
  return (error as ComposeError).findings.map(({ message }) => message).join('\n');
}

const bind = (source: string, target: string, rest: object = {}) =>
  refusal({ type: 'bind', source: `/workspace${source}`, target, ...rest });

test('the project itself is named, and belongs into the image', async () => {
  expect(await bind('', '/code')).toMatch(
    /mounts \., a path of the runner, .*Copy what the service needs of it into the image/,
  );
});

test('a folder of data gets a named volume', async () => {
  expect(await bind('/pgdata', '/var/lib/postgresql/data')).toMatch(
    /mounts pgdata, .*named volume: `pgdata:\/var\/lib\/postgresql\/data`, and `pgdata: \{\}` in `volumes:`/,
  );
  expect(await bind('/.local/my data', '/data')).toMatch(/`mydata:\/data`/);
});

test.each([
  ['/nginx.conf', '/etc/nginx/nginx.conf', {}],
  ['/etc', '/srv/app', { read_only: true }],
  ['/etc', '/etc/app', {}],
  ['/init', '/docker-entrypoint-initdb.d', {}],
])('%s is handed over as a config', async (source, target, rest) => {
  const said = await bind(source, target, rest);
  expect(said).toMatch(/Hand files over as `configs:` or `secrets:`/);
  expect(said).not.toContain('named volume');
});

test('of cluster volumes only those of a group can be mounted: Compose drops their definition', async () => {
  expect(await refusal({ type: 'cluster', source: 'data', target: '/data' })).toMatch(
    /mounts the cluster volume data, .*`source: group:GROUP`\.$/,
  );
  const volumes = [{ type: 'cluster', source: 'group:fast', target: '/data' }];
  const { web } = await rendered(projectOf({ volumes }));
  expect(web.volumes).toEqual(volumes);
});
