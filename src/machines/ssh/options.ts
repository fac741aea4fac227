import { isIP } from 'node:net';
import * as z from 'zod';
import { ENGINE_SOURCES } from '../../engine/install.ts';

/** The same word stands for all hosts, and no two of them have the same address. */
const interfaceName = z
  .string()
  .refine(
    (name) => isIP(name) === 0,
    'an address is that of one host: give it in the line of the host in `hosts`',
  )
  .refine(
    (name) => /^[^\s/:]{1,15}$/.test(name),
    'give the name of an interface that all hosts have, for example `eth1`',
  );

/** `driver-options` of the `ssh` driver. */
export const sshOptions = z.strictObject({
  /** Address pools of overlay networks, for a swarm that is initialised now. */
  'default-addr-pool': z.array(z.string().min(1)).optional(),
  /** Install Docker Engine on a host that has none; a word is where from. */
  'install-engine': z
    .union([z.boolean(), z.enum(ENGINE_SOURCES)], {
      error: 'give `true`, `distribution`, `docker` or `false`',
    })
    .optional(),
  /** Go on without hosts that do not answer. */
  'allow-unreachable': z.boolean().optional(),
  /** Remove nodes that joined for this cluster and are in `hosts` no more. */
  'remove-unlisted': z.boolean().optional(),
  /** Interface by which the nodes reach each other, for lines of `hosts` without one. */
  'advertise-addr': interfaceName.optional(),
  /** Interface of the traffic between containers, for lines of `hosts` without one. */
  'data-path-addr': interfaceName.optional(),
});

export type SshOptions = z.infer<typeof sshOptions>;
