import { expect, test } from '@jest/globals';
import type * as z from 'zod';
import { areTaken } from '../../../../src/up/deploy/choose-ports.ts';

const { signal } = new AbortController();
const CHOSEN = { offset: 10_000, published: ['18080/tcp', '18090/tcp'] };

function service(stack: string, port: number) {
  const Ports = [{ Protocol: 'tcp', TargetPort: 80, PublishedPort: port, PublishMode: 'host' }];
  return {
    ID: 's1',
    Version: { Index: 1 },
    Spec: {
      Name: `${stack}_web`,
      Labels: { 'com.docker.stack.namespace': stack },
      TaskTemplate: {},
      Mode: { Replicated: { Replicas: 1 } },
      EndpointSpec: { Ports },
    },
    Endpoint: { Ports },
  };
}

const swarm = (...services: object[]) => ({
  get: async <T>(path: string, _query: unknown, schema: z.ZodType<T>) =>
    schema.parse(path === '/services' ? services : []),
});

test('ports that were chosen are taken once another stack has one of them', async () => {
  const ask = (...services: object[]) => areTaken({ signal }, swarm(...services), 'shop', CHOSEN);
  expect(await ask()).toBe(false);
  expect(await ask(service('other', 8090))).toBe(false);
  expect(await ask(service('other', 18_090))).toBe(true);
  // Its own services have them from an earlier deployment.
  expect(await ask(service('shop', 18_090))).toBe(false);
});
