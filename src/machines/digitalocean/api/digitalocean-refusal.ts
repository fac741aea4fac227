import { ActionError } from '../../../base/errors.ts';
import { CloudError } from '../../cloud/cloud-error.ts';
import { CONSOLE } from './work.ts';

const TOKEN_PAGE = `Make one at ${CONSOLE}/account/api/tokens, with the scopes that docs/drivers/digitalocean.md lists, and store it as the secret DIGITALOCEAN_ACCESS_TOKEN.`;
const ROOM =
  'Add a region to `region` or a size to `size` in `driver-options`, or run this again later.';
export const LIMIT = `Remove what is not needed (${CONSOLE}/droplets; \`command: sweep\` removes expired clusters), or ask DigitalOcean for a higher limit.`;

/** For the scope of a call: what its path begins with. */
const KINDS: Readonly<Record<string, string>> = {
  ...{ account: 'account', droplets: 'droplet', firewalls: 'firewall', tags: 'tag' },
  ...{ images: 'image', regions: 'regions', sizes: 'sizes', vpcs: 'vpc' },
};
const RIGHTS: Readonly<Record<string, string>> = {
  ...{ GET: 'read', POST: 'create', PUT: 'update', DELETE: 'delete' },
};

/**
 * What an error of DigitalOcean means for the user; any other error as it is. `doing` says what
 * failed: `The droplet of shop-1 could not be created`.
 */
export function digitaloceanRefusal(error: unknown, doing: string): unknown {
  if (!(error instanceof CloudError)) return error;
  const { reason, hint } = meaningOf(error);
  return new ActionError(`${doing}: ${reason}.`, {
    details: error.details ?? error.message,
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

/**
 * Whether DigitalOcean has no room for such a droplet there at this moment. All that it refuses
 * has the same code, so the words have to tell.
 */
export function isNoCapacity(error: unknown): boolean {
  return (
    isRefusal(error) && /\b(?:size|region)\b.*\b(?:not available|unavailable)\b/i.test(words(error))
  );
}

/** Whether the account may have no more droplets. */
function isOverLimit(error: unknown): boolean {
  return isRefusal(error) && /\bdroplet limit\b/i.test(words(error));
}

/** Whether the token is unknown, so that asking again with it is of no use. */
export function isTokenRefused(error: unknown): boolean {
  return error instanceof CloudError && error.httpStatus === 401;
}

/** Whether the token may not do just this. */
export function isForbidden(error: unknown): boolean {
  return error instanceof CloudError && error.httpStatus === 403;
}

interface Meaning {
  readonly reason: string;
  readonly hint?: string;
}

function meaningOf(error: CloudError): Meaning {
  if (isTokenRefused(error))
    return { reason: 'DigitalOcean does not know the token', hint: TOKEN_PAGE };
  if (isForbidden(error))
    return {
      reason: `the token lacks the scope ${scopeOf(error.call)}`,
      hint: `${TOKEN_PAGE} A locked account is refused in the same way: ${CONSOLE}`,
    };
  if (isOverLimit(error))
    return { reason: 'the droplet limit of the account is reached', hint: LIMIT };
  if (isNoCapacity(error))
    return { reason: 'DigitalOcean has no room for it at this moment', hint: ROOM };
  if (isUnreachable(error))
    return {
      reason: 'the runner cannot reach the API of DigitalOcean',
      hint: 'See whether the runner has a route: curl https://api.digitalocean.com/v2/regions',
    };
  if (error.httpStatus === undefined) return { reason: 'no answer from DigitalOcean' };
  return { reason: `${error.call} ended with ${error.code ?? `status ${error.httpStatus}`}` };
}

/** `droplet:create` of `POST /droplets`. */
function scopeOf(call: string): string {
  const [, method = '', kind = ''] = /^(\w+) \/(\w+)/.exec(call) ?? [];
  return `${KINDS[kind] ?? kind}:${RIGHTS[method] ?? 'read'}`;
}

function isRefusal(error: unknown): error is CloudError {
  return error instanceof CloudError && error.httpStatus === 422;
}

function words({ details = '' }: CloudError): string {
  return details;
}

function isUnreachable({ httpStatus, details = '' }: CloudError): boolean {
  return httpStatus === undefined && /ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(details);
}
