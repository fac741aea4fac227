import * as z from 'zod';

// What is read of Hetzner's answers; all else may be there or not.

const id = z.int().positive();
const labels = z.record(z.string(), z.string());
const text = z.string();

export const action = z.object({
  id,
  command: text,
  status: z.enum(['running', 'success', 'error']),
  error: z.object({ code: text, message: text }).nullish(),
});
export type Action = z.infer<typeof action>;

const address = z.object({ id: id.optional(), ip: text }).nullable();

export const server = z.object({
  id,
  name: text,
  /** `running`, `initializing`, `starting`, `stopping`, `off`, `deleting` and others. */
  status: text,
  created: text,
  public_net: z.object({ ipv4: address, ipv6: address }),
  private_net: z.array(z.object({ network: id.optional(), ip: text.optional() })),
  server_type: z.object({ name: text }),
  location: z.object({ name: text, network_zone: text }),
  labels,
});
export type Server = z.infer<typeof server>;

export const createdServer = z.object({
  server,
  action,
  next_actions: z.array(action),
});

export const network = z.object({
  id,
  name: text,
  created: text,
  ip_range: text,
  subnets: z.array(z.object({ type: text, network_zone: text })),
  labels,
});
export type Network = z.infer<typeof network>;

export const firewall = z.object({
  id,
  name: text,
  created: text,
  labels: labels.default({}),
});
export type Firewall = z.infer<typeof firewall>;

export const placementGroup = z.object({
  id,
  name: text,
  created: text,
  labels,
  servers: z.array(id),
});
export type PlacementGroup = z.infer<typeof placementGroup>;

export const primaryIp = z.object({
  id,
  name: text,
  ip: text,
  created: text,
  /** Whether it goes with the server that has it. */
  auto_delete: z.boolean(),
  assignee_id: id.nullable(),
});
export type PrimaryIp = z.infer<typeof primaryIp>;

export const location = z.object({ name: text, network_zone: text });
export type Location = z.infer<typeof location>;

const deprecation = z.object({ unavailable_after: text }).nullish();

export const serverType = z.object({
  name: text,
  architecture: z.enum(['x86', 'arm']),
  prices: z.array(z.object({ location: text, price_hourly: z.object({ gross: text }) })),
  locations: z.array(z.object({ name: text, available: z.boolean(), deprecation })),
});
export type ServerType = z.infer<typeof serverType>;

export const image = z.object({
  id,
  name: text.nullable(),
  description: text,
  architecture: z.enum(['x86', 'arm']),
  status: text,
});
export type Image = z.infer<typeof image>;
