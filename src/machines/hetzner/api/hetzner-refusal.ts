import * as z from 'zod';
import { ActionError } from '../../../base/errors.ts';
import { CloudError, isCode } from '../../cloud/cloud-error.ts';
import { CONSOLE } from './work.ts';

const TOKEN_PAGE =
  'Make one in the console of Hetzner (project, Security, API tokens) with the permission Read & Write, and store it as the secret HCLOUD_TOKEN.';

const limits = z.object({
  limits: z.array(z.object({ name: z.string() })).nonempty(),
});

/**
 * What an error of Hetzner means for the user; any other error as it is. `doing` says what failed:
 * `The server shop-1 could not be created`.
 */
export function hetznerRefusal(error: unknown, doing: string): unknown {
  if (!(error instanceof CloudError)) return error;
  const hint = hintOf(error);
  return new ActionError(`${doing}: ${reasonOf(error)}.`, {
    details: error.details ?? error.message,
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

/** Whether Hetzner has no room for such a server there at this moment. */
export function isNoCapacity(error: unknown): boolean {
  return isCode(error, 'resource_unavailable', 'placement_error');
}

/** Whether asking again with this token is of no use. */
export function isTokenRefused(error: unknown): boolean {
  return (
    isCode(error, 'unauthorized', 'token_readonly', 'forbidden') ||
    (error instanceof CloudError && error.httpStatus === 401)
  );
}

function reasonOf(error: CloudError): string {
  if (error.code === 'token_readonly') return 'the token may only read';
  if (error.httpStatus === 401) return 'Hetzner does not know the token';
  if (error.code === 'resource_limit_exceeded')
    return `a limit of the project is reached${which(error)}`;
  if (isNoCapacity(error)) return 'Hetzner has no room for it at this moment';
  if (error.code === 'uniqueness_error') return 'something has its name';
  if (error.code === 'protected') return 'it is protected';
  if (error.code === 'maintenance') return 'Hetzner is in maintenance';
  if (isUnreachable(error)) return 'the runner cannot reach the API of Hetzner';
  if (error.httpStatus === undefined) return 'no answer from Hetzner';
  return `${error.call} ended with ${error.code ?? `status ${error.httpStatus}`}`;
}

function hintOf(error: CloudError): string | undefined {
  if (error.code === 'token_readonly' || error.httpStatus === 401) return TOKEN_PAGE;
  if (error.code === 'forbidden') return `The token may not do that. ${TOKEN_PAGE}`;
  if (error.code === 'resource_limit_exceeded')
    return `Remove what is not needed (${CONSOLE}; \`command: sweep\` removes expired clusters), or ask Hetzner for a higher limit there.`;
  if (isNoCapacity(error))
    return 'Add a location to `location` or a type to `server-type` in `driver-options`, or run this again later.';
  if (error.code === 'protected') return `Take the protection away: ${CONSOLE}`;
  if (isUnreachable(error))
    return 'The API of Hetzner is reached over IPv4 and IPv6. See whether the runner has a route: curl https://api.hetzner.cloud/v1/locations';
  return undefined;
}

/** ` (servers, primary_ips)`. */
function which({ vendorDetails }: CloudError): string {
  const told = limits.safeParse(vendorDetails).data;
  return told ? ` (${told.limits.map(({ name }) => name).join(', ')})` : '';
}

function isUnreachable({ httpStatus, details = '' }: CloudError): boolean {
  return httpStatus === undefined && /ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(details);
}
