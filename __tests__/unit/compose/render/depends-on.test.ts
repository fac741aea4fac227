import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { ComposeError } from '../../../../src/compose/findings.ts';
import { createLocator } from '../../../../src/compose/locate.ts';
import { composeModel } from '../../../../src/compose/model.ts';
import { renderStack } from '../../../../src/compose/render/render.ts';
import { composeProject, rendered } from '../../../support/compose-project.ts';

/** A project as its file says it, with places; images are added. */
function projectOfText(text: string) {
  const { services, ...rest } = parse(text, { merge: true });
  const model = {
    ...rest,
    services: Object.fromEntries(
      Object.entries(services).map(([name, service]) => [
        name,
        { image: `${name}:1`, ...(service as object) },
      ]),
    ),
  };
  return composeProject(composeModel.parse({ name: 'stk', ...model }), {
    locate: createLocator([{ file: 'compose.yaml', text }]).path,
  });
}

async function refusals(text: string): Promise<string[]> {
  const error = await renderStack(projectOfText(text), { stackName: 'stk' }).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ComposeError);
  return (error as ComposeError).findings.map(
    ({ location, message }) => `${location?.line}: ${message}`,
  );
}

const SHOP = `services:
  db:
    healthcheck: {test: [CMD, ready]}
  migrate:
    command: [migrate]
    networks: {back: {}}
    depends_on: {db: {condition: service_healthy}}
  web:
    networks: {front: {}, back: {}}
    depends_on: {migrate: {condition: service_completed_successfully}}
networks: {front: {}, back: {}}
`;

test('each wave is a file with its services alone; the whole is there, too', async () => {
  const { stack, file } = await rendered(projectOfText(SHOP));
  expect(stack.waves.map(({ services, awaits }) => ({ services, awaits }))).toEqual([
    { services: ['db'], awaits: [] },
    { services: ['migrate'], awaits: ['db'] },
    { services: ['web'], awaits: ['db', 'migrate'] },
  ]);
  const texts = stack.waves.map(({ text }) => parse(text));
  expect(texts.map(({ services }) => Object.keys(services))).toEqual([
    ['db'],
    ['migrate'],
    ['web'],
  ]);
  for (const { services } of texts) expect(file.services).toMatchObject(services);
  expect(Object.keys(file.services)).toEqual(['db', 'migrate', 'web']);
  expect(stack.findings).toEqual([]);
});

test('without a condition there is one wave, which is the file', async () => {
  const { stack } = await rendered(projectOfText('services:\n  web: {}\n  db: {}\n'));
  expect(stack.waves).toEqual([{ services: ['web', 'db'], awaits: [], text: stack.text }]);
});

describe('what another service waits to complete', () => {
  const migrate = async (keys: string) => {
    const { file, stack } = await rendered(
      projectOfText(`services:
  migrate: {${keys}}
  web: {depends_on: {migrate: {condition: service_completed_successfully}}}
`),
    );
    const summary = stack.services.find(({ name }) => name === 'migrate');
    return { service: file.services.migrate, summary };
  };
  const none = { condition: 'none' };

  test.each([
    ['', { mode: 'replicated-job', restart_policy: none }],
    ['restart: "no"', { mode: 'replicated-job', restart_policy: none }],
    ['restart: on-failure:3', { restart_policy: { condition: 'on-failure', max_attempts: 3 } }],
    ['deploy: {restart_policy: {condition: on-failure}}', { mode: 'replicated-job' }],
    ['deploy: {mode: global}', { mode: 'global-job', restart_policy: none }],
    ['deploy: {mode: replicated, replicas: 2}', { mode: 'replicated-job', replicas: 2 }],
  ])('{%s} is a job', async (keys, deploy) => {
    const { service, summary } = await migrate(keys);
    expect(service.deploy).toMatchObject(deploy);
    expect(service.healthcheck).toEqual({ disable: true });
    expect(summary?.mode).toMatch(/-job$/);
  });

  test('that is a job in the file stays as it is', async () => {
    const { service } = await migrate(
      'deploy: {mode: replicated-job}, restart: always, healthcheck: {test: [CMD, x]}',
    );
    expect(service).toEqual({
      image: 'migrate:1',
      healthcheck: { test: ['CMD', 'x'] },
      deploy: { mode: 'replicated-job', restart_policy: { condition: 'on-failure' } },
    });
  });

  test.each([
    'restart: always',
    'restart: unless-stopped',
    'deploy: {restart_policy: {condition: any}}',
    'deploy: {restart_policy: {max_attempts: 3}}',
  ])('{%s} is refused at the line of the condition', async (keys) => {
    const text = `services:
  migrate: {${keys}}
  web:
    depends_on:
      migrate:
        condition: service_completed_successfully
`;
    expect(await refusals(text)).toEqual([
      expect.stringMatching(
        /^6: service web: `depends_on` waits for migrate to complete, which it never does: /,
      ),
    ]);
  });
});

test.each([
  ['{disable: true}', 'its `healthcheck` is disabled'],
  ['{test: [NONE]}', 'its `healthcheck` is disabled'],
])('a service with the healthcheck %s is never healthy', async (healthcheck, why) => {
  const text = `services:
  db: {healthcheck: ${healthcheck}}
  web:
    depends_on: {db: {condition: service_healthy}}
`;
  expect(await refusals(text)).toEqual([expect.stringContaining(`4: service web: `)]);
  expect(await refusals(text)).toEqual([expect.stringContaining(why)]);
});

test('of work that ends nobody can say that it is healthy', async () => {
  const text = `services:
  seed: {healthcheck: {test: [CMD, x]}}
  web:
    depends_on: {seed: {condition: service_completed_successfully}}
  api:
    depends_on: {seed: {condition: service_healthy}}
`;
  expect(await refusals(text)).toEqual([
    expect.stringMatching(/^6: service api: .*while another service waits for its end/),
  ]);
});

test('what is not kept, and what only an image can tell, is a warning at its line', async () => {
  const { stack } = await rendered(
    projectOfText(`services:
  db: {}
  cache: {depends_on: [db]}
  web:
    depends_on:
      db: {condition: service_healthy}
      cache: {condition: service_started}
`),
  );
  expect(stack.findings.map(({ location, message }) => `${location?.line}: ${message}`)).toEqual([
    expect.stringMatching(/^3: service cache: `depends_on` without a condition is left out: /),
    expect.stringMatching(/^6: .* waits for db to be healthy, and db has no `healthcheck`/),
  ]);
});

test('what a plain `depends_on` needs to be kept is said by what is there', async () => {
  const { stack } = await rendered(
    projectOfText(`services:
  web: {depends_on: [bare, checked, disabled, work, job]}
  bare: {}
  checked: {healthcheck: {test: [CMD, ready]}}
  disabled: {healthcheck: {disable: true}}
  work: {restart: "no"}
  job: {deploy: {mode: replicated-job}}
`),
  );
  const advice = stack.findings.map(({ message }) => / answers, or (.*)\.$/.exec(message)?.[1]);
  expect(advice).toEqual([
    'give bare a `healthcheck` and write `condition: service_healthy`',
    'write `condition: service_healthy`',
    'give disabled a `healthcheck`, which is disabled, and write `condition: service_healthy`',
    'write `condition: service_completed_successfully`',
    'write `condition: service_completed_successfully`',
  ]);
});
