import { parse } from 'yaml';
import * as z from 'zod';
import type { RenderedStack } from '../compose/render/render.ts';

// The stack file, read again: it is all that `docker stack deploy` gets, so what it says is what
// will be.

const map = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((found) => found ?? {});
const texts = z.array(z.string()).nullish();

const reference = z.looseObject({
  source: z.string(),
  target: z.string().optional(),
  mode: z.number().optional(),
});

const mount = z.looseObject({
  type: z.string(),
  source: z.string().optional(),
  target: z.string(),
  read_only: z.boolean().optional(),
});

const port = z.looseObject({
  target: z.number(),
  published: z.number().optional(),
  protocol: z.string().default('tcp'),
  mode: z.string().default('ingress'),
});

const service = z.looseObject({
  image: z.string(),
  entrypoint: texts,
  command: texts,
  environment: map,
  labels: map,
  ports: z.array(port).nullish(),
  volumes: z.array(mount).nullish(),
  secrets: z.array(reference).nullish(),
  configs: z.array(reference).nullish(),
  networks: map,
  deploy: z
    .looseObject({ mode: z.string().optional(), replicas: z.number().optional(), labels: map })
    .nullish(),
});
export type WantedService = z.infer<typeof service>;

const object = z.looseObject({
  name: z.string().optional(),
  external: z.boolean().optional(),
  driver: z.string().optional(),
  driver_opts: map.optional(),
  internal: z.boolean().optional(),
  attachable: z.boolean().optional(),
  ipam: z
    .looseObject({ config: z.array(z.looseObject({ subnet: z.string().optional() })).nullish() })
    .nullish(),
  labels: map,
});
const objects = z
  .record(
    z.string(),
    object.nullish().transform((found) => found ?? { labels: {} }),
  )
  .default({});
export type WantedObjects = z.infer<typeof objects>;
export type WantedObject = WantedObjects[string];

const wanted = z.looseObject({
  services: z.record(z.string(), service).default({}),
  networks: objects,
  volumes: objects,
  configs: objects,
  secrets: objects,
});
export type WantedStack = z.infer<typeof wanted>;

/** What a rendered stack asks for, in values as a container gets them (`$`, not `$$`). */
export function readWanted({ text }: Pick<RenderedStack, 'text'>): WantedStack {
  return wanted.parse(unescaped(parse(text, { maxAliasCount: 0 })));
}

function unescaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$$', '$');
  if (Array.isArray(value)) return value.map(unescaped);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unescaped(one)]));
}

/** How an object of the file is called in the swarm. */
export function nameInSwarm(
  stack: string,
  key: string,
  { name, external }: WantedObjects[string],
): string {
  return name ?? (external ? key : `${stack}_${key}`);
}

/** The names of the configs and secrets that a stack brings with it. */
export function objectNames(stack: string, { configs, secrets }: WantedStack): ReadonlySet<string> {
  return new Set(
    [...Object.entries(configs), ...Object.entries(secrets)]
      .filter(([, object]) => !object.external)
      .map(([key, object]) => nameInSwarm(stack, key, object)),
  );
}
