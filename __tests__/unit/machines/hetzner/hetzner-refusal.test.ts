import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import { CloudError } from '../../../../src/machines/cloud/cloud-error.ts';
import {
  hetznerRefusal,
  isNoCapacity,
  isTokenRefused,
} from '../../../../src/machines/hetzner/api/hetzner-refusal.ts';

const refused = (httpStatus: number | undefined, code?: string, more = {}) =>
  new CloudError('Hetzner answered', { call: 'POST /servers', httpStatus, code, ...more });

test.each([
  [refused(401, 'unauthorized'), 'Hetzner does not know the token', /Read & Write/],
  [refused(403, 'token_readonly'), 'the token may only read', /Read & Write/],
  [
    refused(403, 'resource_limit_exceeded', {
      vendorDetails: { limits: [{ name: 'server_limit' }, { name: 'primary_ip_limit' }] },
    }),
    'a limit of the project is reached (server_limit, primary_ip_limit)',
    /command: sweep/,
  ],
  [refused(403, 'resource_limit_exceeded'), 'a limit of the project is reached', /higher limit/],
  [refused(412, 'resource_unavailable'), 'Hetzner has no room for it at this moment', /location/],
  [refused(422, 'placement_error'), 'Hetzner has no room for it at this moment', /location/],
  [refused(403, 'protected'), 'it is protected', /protection/],
  [
    refused(undefined, undefined, { details: 'connect ENETUNREACH 2a01::1' }),
    'the runner cannot reach the API of Hetzner',
    /IPv6/,
  ],
  [refused(undefined), 'no answer from Hetzner', undefined],
  [refused(422, 'invalid_input'), 'POST /servers ended with invalid_input', undefined],
  [refused(504), 'POST /servers ended with status 504', undefined],
])('%#: %s', (error, reason, hint) => {
  const told = hetznerRefusal(error, 'The server could not be created') as ActionError;
  expect(told.message).toBe(`The server could not be created: ${reason}.`);
  expect(told.cause).toBe(error);
  if (hint) expect(told.hint).toMatch(hint);
  else expect(told.hint).toBeUndefined();
});

test('what is no answer of Hetzner stays as it is', () => {
  const error = new ActionError('other');
  expect(hetznerRefusal(error, 'It')).toBe(error);
});

test('what is no room, and what a token that is of no use', () => {
  expect(isNoCapacity(refused(412, 'resource_unavailable'))).toBe(true);
  expect(isNoCapacity(refused(409, 'uniqueness_error'))).toBe(false);
  expect(isTokenRefused(refused(401))).toBe(true);
  expect(isTokenRefused(refused(403, 'token_readonly'))).toBe(true);
  expect(isTokenRefused(refused(403, 'protected'))).toBe(false);
  expect(isTokenRefused(refused(429, 'rate_limit_exceeded'))).toBe(false);
});
