import { expect, test } from '@jest/globals';
import { ComposeError } from '../../../src/compose/findings.ts';
import { renderStack } from '../../../src/compose/render/render.ts';
import { chooseOffset, readOccupied } from '../../../src/deploy/port-offset.ts';
import { ownerLabels } from '../../../src/machines/ownership.ts';
import { projectOf } from '../../support/compose-project.ts';

const PORTS = {
  ports: [
    { target: 80, published: '8080', protocol: 'tcp', mode: 'ingress' },
    { target: 53, published: '5353', protocol: 'udp', mode: 'host' },
    { target: 9000, protocol: 'tcp', mode: 'ingress' },
  ],
};

const render = (service: object, portOffset?: number) =>
  renderStack(projectOf(service), {
    stackName: 'shop',
    ...(portOffset === undefined ? {} : { portOffset }),
  });

const publishedOf = async (service: object, offset: number) =>
  (await render(service, offset)).services.flatMap(({ ports }) =>
    ports.map(({ published, target }) => [published, target]),
  );

test('the offset is added to each port with a number, and to no port that Swarm chooses', async () => {
  expect(await publishedOf(PORTS, 10_100)).toEqual([
    [18_180, 80],
    [15_453, 53],
    [undefined, 9000],
  ]);
  expect((await render(PORTS, 10_100)).text).toContain('published: 18180');
  expect((await render(PORTS)).portOffset).toBe(0);
});

test('a port beyond the last one there is is refused', async () => {
  const error = await render({ ports: PORTS.ports.slice(0, 1) }, 60_000).catch(
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ComposeError);
  expect((error as ComposeError).findings.map(({ message }) => message)).toEqual([
    'service web: `ports` publishes 68080, and ports end at 65535. Lower `port-offset`.',
  ]);
});

const taken = (...ports: string[]) => new Set(ports);

test('the lowest offset at which nobody has any of the ports', async () => {
  const stack = await render(PORTS);
  expect(chooseOffset(stack, { taken: taken('8080/tcp'), own: undefined })).toEqual({
    offset: 10_000,
    published: ['18080/tcp', '15353/udp'],
  });
  // One port of several is enough, and another protocol is another port.
  const met = taken('18080/tcp', '15453/udp', '18280/udp');
  expect(chooseOffset(stack, { taken: met, own: undefined })?.offset).toBe(10_200);
});

test('its own offset stays, unless somebody else has one of its ports', async () => {
  const stack = await render(PORTS);
  expect(chooseOffset(stack, { taken: taken('18080/tcp'), own: 10_700 })?.offset).toBe(10_700);
  expect(chooseOffset(stack, { taken: taken('18780/tcp'), own: 10_700 })?.offset).toBe(10_000);
});

test('where nothing is free, nothing is chosen', async () => {
  const stack = await render({ ports: [{ target: 80, published: '55500' }] });
  expect(chooseOffset(stack, { taken: taken(), own: undefined })?.offset).toBe(10_000);
  expect(chooseOffset(stack, { taken: taken('65500/tcp'), own: undefined })).toBeUndefined();
  const high = await render({ ports: [{ target: 80, published: '60000' }] });
  expect(chooseOffset(high, { taken: taken(), own: undefined })).toBeUndefined();
  // Chosen for lower ports than the file has now.
  expect(chooseOffset(stack, { taken: taken(), own: 10_100 })?.offset).toBe(10_000);
});

test('what others publish, and what was chosen for them, is taken; what this stack has is not', async () => {
  const service = (stack: string | undefined, spec: number[], endpoint: number[]) => {
    const ports = (numbers: number[]) =>
      numbers.map((PublishedPort) => ({ Protocol: 'tcp', PublishedPort, TargetPort: 80 }));
    return {
      ID: `${stack}-web`,
      Version: { Index: 1 },
      Spec: {
        ...{ Name: `${stack}_web`, Mode: { Replicated: { Replicas: 1 } }, TaskTemplate: {} },
        Labels: stack === undefined ? null : { 'com.docker.stack.namespace': stack },
        EndpointSpec: { Ports: ports(spec) },
      },
      Endpoint: { Ports: ports(endpoint) },
    };
  };
  const record = (stack: string, ports?: string) => ({
    ID: stack,
    Version: { Index: 1 },
    CreatedAt: '2026-11-24T00:00:00Z',
    Spec: {
      Name: `${stack}_swarm-up`,
      Data: Buffer.from(
        'Written by Swarm Up. The labels of this config say who the stack belongs to.\n',
      ).toString('base64'),
      Labels: {
        ...{ 'com.docker.stack.namespace': stack, 'swarm-up.stack': stack },
        ...ownerLabels({ cluster: stack, repository: '42', run: '7/test/up' }),
        ...(ports !== undefined && { 'swarm-up.port-offset': '10700', 'swarm-up.ports': ports }),
      },
    },
  });
  const answers: Record<string, unknown> = {
    '/services': [
      service('shop', [18_080], [18_080]),
      service('blog', [80], [80, 30_001]),
      service(undefined, [443], []),
    ],
    '/configs': [record('shop', '18780/tcp'), record('new', '18180/tcp,15453/udp'), record('old')],
  };
  const occupied = await readOccupied(
    { get: async (path, _query, schema) => schema.parse(answers[path]) },
    'shop',
    new AbortController().signal,
  );
  expect([...occupied.taken].sort()).toEqual([
    '15453/udp',
    '18180/tcp',
    '30001/tcp',
    '443/tcp',
    '80/tcp',
  ]);
  expect(occupied.own).toBe(10_700);
});
