import * as z from 'zod';
import { service } from './service-model.ts';

const map = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String));
const anything = z.unknown().optional();

const network = z.strictObject({
  name: z.string().nullish(),
  driver: z.string().nullish(),
  driver_opts: map.nullish(),
  ipam: z
    .strictObject({
      driver: z.string().nullish(),
      config: z
        .array(
          z.strictObject({
            subnet: z.string().nullish(),
            gateway: anything,
            ip_range: anything,
            aux_addresses: anything,
          }),
        )
        .nullish(),
      options: anything,
    })
    .nullish(),
  external: z.boolean().nullish(),
  internal: z.boolean().nullish(),
  attachable: z.boolean().nullish(),
  labels: map.nullish(),
  enable_ipv4: z.boolean().nullish(),
  enable_ipv6: z.boolean().nullish(),
});
export type ComposeNetwork = z.infer<typeof network>;

const volume = z.strictObject({
  name: z.string().nullish(),
  driver: z.string().nullish(),
  driver_opts: map.nullish(),
  external: z.boolean().nullish(),
  labels: map.nullish(),
});

export type ComposeVolume = z.infer<typeof volume>;

const fileObject = z.strictObject({
  name: z.string().nullish(),
  file: z.string().nullish(),
  content: z.string().nullish(),
  environment: z.string().nullish(),
  external: z.boolean().nullish(),
  labels: map.nullish(),
  driver: z.string().nullish(),
  driver_opts: map.nullish(),
  template_driver: z.string().nullish(),
});
export type ComposeFileObject = z.infer<typeof fileObject>;

/**
 * What `docker compose config --format json` prints, of Compose 2.20 to 5. Strict at every level:
 * what is not known is reported by `compose-json.ts` and then taken out.
 */
export const composeModel = z.strictObject({
  name: z.string(),
  services: z.record(z.string(), service).default({}),
  networks: z.record(z.string(), network.nullable()).default({}),
  volumes: z.record(z.string(), volume.nullable()).default({}),
  configs: z.record(z.string(), fileObject).default({}),
  secrets: z.record(z.string(), fileObject).default({}),
  models: anything,
  version: anything,
  include: anything,
});
export type ComposeModel = z.infer<typeof composeModel>;
