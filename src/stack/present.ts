import * as z from 'zod';
import type { EngineApi } from '../engine/api.ts';

// What stands on a swarm, as far as a deployment has to know it: every stack, not only its own.
// Specs are kept whole, as the engine gave them, so that a service can be given back the one it
// had.

/** Labels, options: the engine gives null for none. */
const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});

const version = z.object({ Index: z.number() });

const objectReference = z.looseObject({
  SecretID: z.string().optional(),
  SecretName: z.string().optional(),
  ConfigID: z.string().optional(),
  ConfigName: z.string().optional(),
  File: z.looseObject({ Name: z.string().default(''), Mode: z.number().optional() }).nullish(),
});

const containerSpec = z.looseObject({
  Image: z.string().default(''),
  Labels: labels,
  Command: z.array(z.string()).nullish(),
  Args: z.array(z.string()).nullish(),
  Env: z.array(z.string()).nullish(),
  Mounts: z
    .array(
      z.looseObject({
        Type: z.string().default('bind'),
        Source: z.string().default(''),
        Target: z.string(),
        ReadOnly: z.boolean().default(false),
      }),
    )
    .nullish(),
  Secrets: z.array(objectReference).nullish(),
  Configs: z.array(objectReference).nullish(),
  Privileges: z
    .looseObject({
      CredentialSpec: z.looseObject({ Config: z.string().optional() }).nullish(),
    })
    .nullish(),
});

const port = z.looseObject({
  Protocol: z.string().default('tcp'),
  TargetPort: z.number().default(0),
  PublishedPort: z.number().optional(),
  PublishMode: z.string().default('ingress'),
});

const spec = z.looseObject({
  Name: z.string(),
  Labels: labels,
  Mode: z.looseObject({
    Replicated: z.looseObject({ Replicas: z.number().default(0) }).nullish(),
    Global: z.looseObject({}).nullish(),
    ReplicatedJob: z.looseObject({ TotalCompletions: z.number().default(1) }).nullish(),
    GlobalJob: z.looseObject({}).nullish(),
  }),
  TaskTemplate: z.looseObject({
    ContainerSpec: containerSpec.nullish(),
    Networks: z.array(z.looseObject({ Target: z.string().default('') })).nullish(),
    RestartPolicy: z.looseObject({ Condition: z.string().optional() }).nullish(),
  }),
  UpdateConfig: z.looseObject({ Monitor: z.number().optional() }).nullish(),
  EndpointSpec: z.looseObject({ Ports: z.array(port).nullish() }).nullish(),
});
export type ServiceSpec = z.infer<typeof spec>;

const service = z.object({
  ID: z.string(),
  Version: version,
  Spec: spec,
  PreviousSpec: spec.nullish(),
  Endpoint: z.object({ Ports: z.array(port).nullish() }).nullish(),
});
export type PresentService = z.infer<typeof service>;

const object = z.object({
  ID: z.string(),
  Version: version,
  Spec: z.object({ Name: z.string(), Labels: labels }),
});
export type PresentObject = z.infer<typeof object>;

const network = z.object({
  Id: z.string(),
  Name: z.string(),
  Scope: z.string(),
  Driver: z.string().default(''),
  Attachable: z.boolean().default(false),
  Internal: z.boolean().default(false),
  Ingress: z.boolean().default(false),
  IPAM: z
    .looseObject({ Config: z.array(z.looseObject({ Subnet: z.string().default('') })).nullish() })
    .nullish(),
  Labels: labels,
  Options: labels,
});
export type PresentNetwork = z.infer<typeof network>;

export interface Present {
  readonly services: readonly PresentService[];
  readonly configs: readonly PresentObject[];
  readonly secrets: readonly PresentObject[];
  /** Those of the node that is asked, too. */
  readonly networks: readonly PresentNetwork[];
}

/** The label that `docker stack deploy` writes on everything of a stack. */
export const STACK_LABEL = 'com.docker.stack.namespace';

/** Reads what is on the swarm now. Changes nothing. Rejects as `EngineApi.get` does. */
export async function readPresent(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<Present> {
  const list = <T>(path: string, schema: z.ZodType<T>) =>
    api.get(path, {}, z.array(schema), { signal });
  const [services, configs, secrets, networks] = await Promise.all([
    readServices(api, signal),
    list('/configs', object),
    list('/secrets', object),
    list('/networks', network),
  ]);
  return { services, configs, secrets, networks };
}

/**
 * Every service of the swarm, by name: the engine lists them by id. Rejects as `EngineApi.get`
 * does.
 */
export async function readServices(
  api: Pick<EngineApi, 'get'>,
  signal: AbortSignal,
): Promise<readonly PresentService[]> {
  const found = await api.get('/services', {}, z.array(service), { signal });
  return found.toSorted(({ Spec: one }, { Spec: other }) => (one.Name < other.Name ? -1 : 1));
}

/** The ports that a service asks for, and those that the swarm has given it. */
export function publishedPorts({ Spec, Endpoint }: PresentService) {
  return [...(Spec.EndpointSpec?.Ports ?? []), ...(Endpoint?.Ports ?? [])];
}

/** The mode of a service in Compose's words. */
export function modeOf({
  Mode,
}: Pick<ServiceSpec, 'Mode'>): 'replicated' | 'global' | 'replicated-job' | 'global-job' {
  if (Mode.Global) return 'global';
  if (Mode.ReplicatedJob) return 'replicated-job';
  return Mode.GlobalJob ? 'global-job' : 'replicated';
}

/** The services of a stack that are not among these, which are named as in the compose file. */
export function servicesNotIn(
  { services }: Pick<Present, 'services'>,
  stack: string,
  names: readonly string[],
): readonly PresentService[] {
  return services.filter(
    ({ Spec }) =>
      Spec.Labels[STACK_LABEL] === stack && !names.includes(Spec.Name.slice(stack.length + 1)),
  );
}
