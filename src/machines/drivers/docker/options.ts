import * as z from 'zod';

/** `driver-options` of the `docker` driver. */
export const dockerOptions = z.strictObject({
  /** A node image to use in place of the one that is built from node-image/. */
  image: z.string().min(1).optional(),
  /** CPUs of each node, as `docker run --cpus` takes them. */
  cpus: z
    .union([z.number(), z.string()])
    .transform(Number)
    .refine((cpus) => cpus > 0, 'give a number of CPUs above 0, for example `1.5`')
    .optional(),
  /** Memory of each node, as `docker run --memory` takes it. */
  memory: z
    .union([z.number(), z.string()])
    .transform(String)
    .refine(
      (memory) => /^\d+[bkmg]?$/i.test(memory),
      'give an amount of memory, for example `2g` or `512m`',
    )
    .optional(),
  'registry-mirrors': z.array(z.url()).optional(),
  'insecure-registries': z.array(z.string().min(1)).optional(),
});

export type DockerOptions = z.infer<typeof dockerOptions>;
