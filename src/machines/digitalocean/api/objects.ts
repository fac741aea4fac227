import * as z from 'zod';

// What is read of DigitalOcean's answers; all else may be there or not.

const text = z.string();
const id = z.int().positive();

export const account = z.object({
  droplet_limit: z.int(),
  /** `active`, `warning` or `locked`. */
  status: text.default('active'),
  status_message: text.default(''),
});
export type Account = z.infer<typeof account>;

const address = z.object({ ip_address: text, type: text });

export const droplet = z.object({
  id,
  name: text,
  /** `new`, `active`, `off` or `archive`. */
  status: text,
  created_at: text,
  networks: z.object({ v4: z.array(address).default([]) }),
  region: z.object({ slug: text }),
  size_slug: text,
  vpc_uuid: text.optional(),
  tags: z.array(text),
});
export type Droplet = z.infer<typeof droplet>;

export const firewall = z.object({
  id: text,
  name: text,
  /** `waiting`, `succeeded` or `failed`. */
  status: text,
  created_at: text,
  tags: z
    .array(text)
    .nullish()
    .transform((tags) => tags ?? []),
});
export type Firewall = z.infer<typeof firewall>;

export const tag = z
  .object({
    name: text,
    resources: z.object({ droplets: z.object({ count: z.int() }).optional() }).optional(),
  })
  .transform(({ name, resources }) => ({ name, droplets: resources?.droplets?.count ?? 0 }));
export type Tag = z.infer<typeof tag>;

export const region = z.object({ slug: text, available: z.boolean(), sizes: z.array(text) });
export type Region = z.infer<typeof region>;

export const size = z.object({
  slug: text,
  available: z.boolean(),
  regions: z.array(text),
  /** Of one machine, in US dollars. */
  price_hourly: z.number(),
  /** In GB. */
  disk: z.number(),
});
export type Size = z.infer<typeof size>;

export const image = z.object({
  id,
  name: text,
  slug: text.nullish(),
  regions: z.array(text),
  /** In GB. */
  min_disk_size: z.number().nullish(),
});
export type Image = z.infer<typeof image>;

export const vpc = z.object({ id: text, region: text, ip_range: text, default: z.boolean() });
