import { isIP } from 'node:net';
import * as z from 'zod';
import { inUrl, isLoopback } from '../addresses.ts';
import { LOCAL } from '../local-ports.ts';

const BIND = 'give an IP address of the runner, for example `0.0.0.0` for all of them';
const HOST = 'give the name or address of the runner, for example `previews.example.com`';
const HOST_NAME = /^(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*$/i;

/** Whether an address stands for all of a machine. */
function isWildcard(address: string): boolean {
  return address === '0.0.0.0' || /^[0:]+$/.test(address);
}

/**
 * By which host others reach what is published at an address of the runner, as it stands in a URL.
 */
export function whereReached(address: string, publicHost: string | undefined): string {
  if (isLoopback(address)) return inUrl(address);
  if (publicHost !== undefined) return inUrl(publicHost);
  return isWildcard(address) ? LOCAL : inUrl(address);
}

/** `driver-options` of the `docker` driver. */
export const dockerOptions = z
  .strictObject({
    /** A node image to use in place of the action's own. */
    image: z.string().min(1).optional(),
    /** A folder of the workflow in which the action's own node image is kept between jobs. */
    'image-cache': z.string().min(1).optional(),
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
    /**
     * Address of the runner at which the stack's ports are published; 127.0.0.1 where nothing is
     * said.
     */
    bind: z
      .string()
      .refine((address) => isIP(address) !== 0, BIND)
      .optional(),
    /** Name or address of the runner for those who are elsewhere. */
    'public-host': z
      .string()
      .refine((host) => isIP(host) !== 0 || HOST_NAME.test(host), HOST)
      .optional(),
  })
  .superRefine(({ bind, 'public-host': host, image, 'image-cache': cache }, context) => {
    const add = (key: string, message: string) =>
      context.addIssue({ code: 'custom', path: [key], message });
    if (image !== undefined && cache !== undefined) {
      add('image-cache', 'an image of your own is not kept: leave out `image` or `image-cache`');
    }
    if (bind !== undefined && isWildcard(bind) && host === undefined) {
      add(
        'bind',
        `${bind} is every address of the runner and none to name: give \`public-host\`, too`,
      );
    }
    if (host !== undefined && (bind === undefined || isLoopback(bind))) {
      add('public-host', 'nothing listens there: give `bind`, too, for example `bind: 0.0.0.0`');
    }
  });

export type DockerOptions = z.infer<typeof dockerOptions>;
