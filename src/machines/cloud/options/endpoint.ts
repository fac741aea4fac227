import * as z from 'zod';
import { isLoopback } from '../../addresses.ts';

const ENDPOINT =
  'give a URL that begins with `https://` (or with `http://` and a loopback address), without user, query and fragment';

/**
 * The option `endpoint`: where a vendor's API answers, without a slash at its end. The token goes
 * there, so the way has to be encrypted, or must not leave the machine.
 */
export const endpoint = z
  .string()
  .refine(isSafe, ENDPOINT)
  .transform((text) => text.replace(/\/+$/, ''));

function isSafe(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname, username, password, search, hash } = new URL(text);
  if ([username, password, search, hash].some((part) => part !== '')) return false;
  if (protocol === 'https:') return true;
  return protocol === 'http:' && isLoopback(hostname.replace(/^\[|\]$/g, ''));
}
