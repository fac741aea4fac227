import { isIP } from 'node:net';
import * as z from 'zod';

/** How many networks a rule may name. Hetzner takes no more. */
const MOST = 100;

const MESSAGE =
  'give networks from which the machines may be reached, for example `[203.0.113.0/24, "2001:db8::/32"]`, at most 100';

/** The option `firewall-sources`: from where SSH and the published ports are reached. */
export const sourceList = z
  .union([z.string(), z.array(z.string()).nonempty(MESSAGE).max(MOST, MESSAGE)], MESSAGE)
  .transform((given) => [given].flat())
  .refine((given) => given.every(isNetwork), MESSAGE)
  .default(['0.0.0.0/0', '::/0']);

function isNetwork(text: string): boolean {
  const [, address = '', bits = ''] = /^([^/]+)\/(\d{1,3})$/.exec(text) ?? [];
  const version = isIP(address);
  return version !== 0 && Number(bits) <= (version === 4 ? 32 : 128);
}
