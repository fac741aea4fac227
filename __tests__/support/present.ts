import type {
  Present,
  PresentNetwork,
  PresentObject,
  PresentService,
} from '../../src/stack/present.ts';

/** A swarm with nothing on it but what is named. */
export function presentWith(parts: Partial<Present>): Present {
  return { services: [], configs: [], secrets: [], networks: [], ...parts };
}

/** A service as the engine has it. `name` with its stack: `shop_web`. */
export function presentService(
  name: string,
  spec: Partial<Omit<PresentService['Spec'], 'Name'>> = {},
  changes: Partial<PresentService> = {},
): PresentService {
  const stack = name.slice(0, name.indexOf('_'));
  return {
    ID: `id-${name}`,
    Version: { Index: 1 },
    Spec: {
      Name: name,
      Labels: { 'com.docker.stack.namespace': stack },
      Mode: { Replicated: { Replicas: 1 } },
      TaskTemplate: { ContainerSpec: { Image: 'x', Labels: {} } },
      ...spec,
    },
    ...changes,
  };
}

export function presentObject(
  name: string,
  labels: Readonly<Record<string, string>> = {},
): PresentObject {
  return {
    ID: `id-${name}`,
    Version: { Index: 1 },
    Spec: { Name: name, Labels: labels },
  };
}

/** A network of the swarm, of the stack that its name begins with. */
export function presentNetwork(
  name: string,
  changes: Partial<PresentNetwork> = {},
): PresentNetwork {
  const stack = name.slice(0, name.indexOf('_'));
  return {
    Id: `id-${name}`,
    Name: name,
    Scope: 'swarm',
    Driver: 'overlay',
    Attachable: false,
    Internal: false,
    Ingress: false,
    Labels: { 'com.docker.stack.namespace': stack },
    Options: {},
    ...changes,
  };
}
