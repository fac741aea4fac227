import { expect, test } from '@jest/globals';
import { renderStack } from '../../../src/compose/render/render.ts';
import { planAsDone, planCutShort, planOf } from '../../../src/deploy/plan.ts';
import { planCounts, planText } from '../../../src/deploy/plan-text.ts';
import { readWanted } from '../../../src/deploy/wanted.ts';
import type { Present, ServiceSpec } from '../../../src/stack/present.ts';
import { composeProject } from '../../support/compose-project.ts';
import { presentNetwork, presentService, presentWith } from '../../support/present.ts';

const NETWORK = presentNetwork('shop_default', { Id: 'n1' });

/** `web` as Docker makes it of `WEB`. */
const SPEC: Partial<ServiceSpec> = {
  Labels: {
    'com.docker.stack.namespace': 'shop',
    'com.docker.stack.image': 'web:1',
    tier: 'front',
  },
  Mode: { Replicated: { Replicas: 2 } },
  TaskTemplate: {
    ContainerSpec: {
      Image: 'web:1@sha256:0',
      Labels: { 'com.docker.stack.namespace': 'shop' },
      Args: ['serve'],
      Env: ['TOKEN=swordfish', 'PLAIN=a=b'],
      Mounts: [{ Type: 'volume', Source: 'shop_data', Target: '/data', ReadOnly: false }],
    },
    Networks: [{ Target: 'n1' }],
  },
  EndpointSpec: {
    Ports: [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' }],
  },
};

const WEB = {
  image: 'web:1',
  command: ['serve'],
  environment: { TOKEN: 'swordfish', PLAIN: 'a=b' },
  ports: [{ target: 80, published: '8080', mode: 'ingress' }],
  volumes: [{ type: 'volume', source: 'data', target: '/data' }],
  networks: { default: null },
  deploy: { replicas: 2, labels: { tier: 'front' } },
};

async function plan(
  services: object,
  present: Partial<Present> = { services: [presentService('shop_web', SPEC)] },
  prune = true,
) {
  const project = composeProject({
    services,
    networks: { default: null },
    volumes: { data: null },
  });
  const wanted = readWanted(await renderStack(project, { stackName: 'shop' }));
  return planOf(wanted, presentWith({ networks: [NETWORK], ...present }), { stack: 'shop', prune });
}

test('what is as the file says is unchanged, whatever digest its image has', async () => {
  expect(planText(await plan({ web: WEB }))).toEqual(['  service web: unchanged']);
});

test('each setting that differs is named; values of variables, labels and commands are not', async () => {
  const found = await plan({
    web: {
      ...WEB,
      image: 'web:2',
      command: ['serve', '--password=swordfish'],
      environment: { TOKEN: 'hunter2', NEW: 'swordfish' },
      ports: [{ target: 80, published: '8081', mode: 'host' }],
      volumes: [{ type: 'volume', source: 'data', target: '/data', read_only: true }],
      deploy: { replicas: 3, labels: { tier: 'back' } },
    },
  });
  const text = planText(found);
  expect(text).toEqual([
    '  service web',
    '-     image: web:1',
    '+     image: web:2',
    '-     replicas: 2',
    '+     replicas: 3',
    '!     command: changed',
    '-     environment: PLAIN',
    '!     environment: TOKEN (changed)',
    '+     environment: NEW',
    '-     ports: 8080->80/tcp',
    '+     ports: 8081->80/tcp (host)',
    '-     mounts: volume shop_data -> /data',
    '+     mounts: volume shop_data -> /data (read-only)',
    '!     labels: tier (changed)',
  ]);
  expect(JSON.stringify(found)).not.toMatch(/swordfish|hunter2|back/);
});

test('made, removed, kept and made anew', async () => {
  const present = {
    services: [
      presentService('shop_web', SPEC),
      presentService('shop_old'),
      presentService('blog_web'),
    ],
    networks: [],
  };
  const services = {
    web: { ...WEB, deploy: { mode: 'global', labels: { tier: 'front' } } },
    job: { image: 'job', networks: { default: null }, deploy: { mode: 'replicated-job' } },
  };
  const found = await plan(services, present);
  expect(planText(found)).toEqual([
    '! service web: removed and made anew',
    '-     mode: replicated',
    '+     mode: global',
    '-     replicas: 2',
    '-     networks: n1',
    '+     networks: shop_default',
    '+ service job',
    '+     image: job',
    '+     mode: replicated-job',
    '+     replicas: 1',
    '+     networks: shop_default',
    '- service old',
    '+ network shop_default',
  ]);
  expect(planCounts(found)).toBe('1 created, 1 recreated, 1 removed');
  expect(planText(await plan(services, present, false))).toContain(
    '  service old: not in the file, stays',
  );
});

test('what the plan could not see shows after the deployment', async () => {
  const before = [presentService('shop_web', SPEC)];
  const found = await plan({ web: WEB });
  const after = (image: string, changes: object = {}) => [
    presentService('shop_web', {
      ...SPEC,
      TaskTemplate: {
        ...SPEC.TaskTemplate,
        ContainerSpec: { Labels: {}, ...SPEC.TaskTemplate?.ContainerSpec, Image: image },
        ...changes,
      },
    }),
  ];
  const done = (services: ReturnType<typeof after>) =>
    planText(planAsDone(found, 'shop', before, services));
  expect(done(after('web:1@sha256:0'))).toEqual(['  service web: unchanged']);
  expect(done(after('web:1@sha256:1'))).toEqual([
    '  service web',
    '-     image: web:1@sha256:0',
    '+     image: web:1@sha256:1',
  ]);
  expect(done(after('web:1@sha256:0', { RestartPolicy: { Condition: 'none' } }))).toEqual([
    '  service web',
    '!     other settings: changed',
  ]);
});

test('waves are named in a line; what did not get its wave is not said to have changed', async () => {
  const project = composeProject({
    services: {
      web: { image: 'web:1', depends_on: { db: { condition: 'service_healthy' } } },
      db: { image: 'db:1', healthcheck: { test: ['CMD', 'x'] } },
    },
  });
  const stack = await renderStack(project, { stackName: 'shop' });
  const present = presentWith({ services: [presentService('shop_old')] });
  const options = { stack: 'shop', prune: true, waves: stack.waves };
  const found = planOf(readWanted(stack), present, options);
  expect(planText(found).at(-1)).toBe('  in waves: db → web');

  const cut = planCutShort(found, ['web']);
  expect(planText(cut)).toContain('  service web: not deployed');
  expect(planText(cut)).toContain('  service old: not in the file, stays');
  expect(planText(cut)).not.toContain('+ service web');
  expect(planCounts(cut)).toBe('1 created, 1 kept, 1 withheld');
});

test('an image of the same name and another content was rebuilt, also one that had no such tag yet', async () => {
  const image = (end: string) => `web:1-swarm-up-${end.repeat(12)}`;
  const running = (name: string): Partial<ServiceSpec> => ({
    ...SPEC,
    Labels: { ...SPEC.Labels, 'com.docker.stack.image': name },
  });
  const found = (had: string, wanted: string) =>
    plan(
      { web: { ...WEB, image: wanted } },
      { services: [presentService('shop_web', running(had))] },
    );
  for (const had of [image('a'), 'web:1', `web:1@sha256:${'0'.repeat(64)}`]) {
    expect(planText(await found(had, image('b')))).toEqual([
      '  service web',
      '!     image: web:1 (rebuilt)',
    ]);
  }
  expect(planText(await found(image('b'), image('b')))).toEqual(['  service web: unchanged']);
  expect(planText(await found(image('b'), 'web:2'))).toEqual([
    '  service web',
    '-     image: web:1',
    '+     image: web:2',
  ]);
});

test('a network that is made anew takes its services along', async () => {
  const wanted = readWanted(
    await renderStack(
      composeProject({
        services: { web: WEB },
        networks: { default: null },
        volumes: { data: null },
      }),
      { stackName: 'shop' },
    ),
  );
  const Networks = [{ Target: 'n1' }];
  const TaskTemplate = { ...SPEC.TaskTemplate, Networks };
  const services = [presentService('shop_web', { ...SPEC, TaskTemplate })];
  const found = planOf(wanted, presentWith({ services, networks: [NETWORK] }), {
    ...{ stack: 'shop', prune: true, recreatedNetworks: [NETWORK] },
  });
  expect(planText(found)).toEqual([
    '! service web: removed and made anew',
    '! network shop_default: removed and made anew',
  ]);
});

test('a network that left the file is said to stay, those of others are not', async () => {
  const networks = [
    NETWORK,
    presentNetwork('shop_old', { Id: 'n2', Labels: { 'com.docker.stack.namespace': 'shop' } }),
    presentNetwork('blog_old', { Id: 'n3', Labels: { 'com.docker.stack.namespace': 'blog' } }),
  ];
  const services = [presentService('shop_web', SPEC)];
  expect(planText(await plan({ web: WEB }, { services, networks }))).toEqual([
    '  service web: unchanged',
    '  network shop_old: not in the file, stays',
  ]);
});
