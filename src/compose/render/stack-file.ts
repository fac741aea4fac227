import type { ComposeDeploy } from '../service-model.ts';

// The stack file: what `docker stack deploy` reads (docker/cli
// cli/compose/schema/data/config_schema_v3.*.json). Values are plain here; `render/text.ts` escapes
// them.

/** 3.9 is read by Docker 20.10 and later, 3.12 by 25.0, 3.13 by 28 (26.1.5 refuses it). */
export type StackVersion = '3.9' | '3.12' | '3.13';

export interface StackMount {
  readonly type: string;
  readonly source?: string;
  readonly target: string;
  readonly read_only?: boolean;
  readonly consistency?: string;
  readonly bind?: { readonly propagation: string };
  readonly volume?: { readonly nocopy: boolean };
  readonly tmpfs?: { readonly size: number };
}

export interface StackPort {
  readonly target: number;
  readonly published?: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly mode: 'ingress' | 'host';
}

export interface StackAttachment {
  aliases?: readonly string[];
  driver_opts?: Readonly<Record<string, string>>;
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
type Resources = Mutable<NonNullable<ComposeDeploy['resources']>>;

/** `deploy` of a service while it is put together: several keys of Compose end up in it. */
type StackDeploy = Mutable<Omit<ComposeDeploy, 'resources' | 'placement'>> & {
  resources: {
    limits: Mutable<NonNullable<Resources['limits']>>;
    reservations: Mutable<NonNullable<Resources['reservations']>>;
  };
  placement: Mutable<NonNullable<ComposeDeploy['placement']>>;
};

/**
 * A service while it is put together. Keys that mean the same in both schemas are copied as they
 * are.
 */
export interface StackService {
  [key: string]: unknown;
  readonly deploy: StackDeploy;
  readonly volumes: StackMount[];
  readonly networks: Record<string, StackAttachment>;
  ports: readonly StackPort[];
}

/**
 * Something that stands at the top of the stack file by key: a network, a volume, a config, a
 * secret.
 */
export type StackObject = Readonly<Record<string, unknown>>;

export interface StackFile {
  readonly version: StackVersion;
  readonly services: Readonly<Record<string, unknown>>;
  readonly networks: Readonly<Record<string, StackObject>>;
  readonly volumes: Readonly<Record<string, StackObject>>;
  readonly configs: Readonly<Record<string, StackObject>>;
  readonly secrets: Readonly<Record<string, StackObject>>;
}
