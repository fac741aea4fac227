import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import { CloudError } from '../../../../src/machines/cloud/cloud-error.ts';
import {
  digitaloceanRefusal,
  isNoCapacity,
  isTokenRefused,
} from '../../../../src/machines/digitalocean/api/digitalocean-refusal.ts';

const refused = (httpStatus: number | undefined, details?: string, call = 'POST /droplets') =>
  new CloudError('DigitalOcean answered', {
    ...{ call, httpStatus, details },
    code: httpStatus === 422 ? 'unprocessable_entity' : undefined,
  });

const NO_ROOM = [
  'Size is not available in this region.',
  'size is unavailable',
  'Region is not available',
];

test.each([
  [refused(401), 'DigitalOcean does not know the token', /scopes/],
  [refused(403), 'the token lacks the scope droplet:create', /account\/api\/tokens/],
  [
    refused(403, '', 'DELETE /tags/su:42:shop'),
    'the token lacks the scope tag:delete',
    /locked account/,
  ],
  [refused(403, '', 'PUT /firewalls/a'), 'the token lacks the scope firewall:update', /scopes/],
  [refused(403, '', 'GET /sizes'), 'the token lacks the scope sizes:read', /scopes/],
  [
    refused(422, 'creating this/these droplet(s) will exceed your droplet limit'),
    'the droplet limit of the account is reached',
    /command: sweep/,
  ],
  ...NO_ROOM.map(
    (words) =>
      [
        refused(422, words),
        'DigitalOcean has no room for it at this moment',
        /`region` or a size/,
      ] as const,
  ),
  [
    refused(undefined, 'connect ENETUNREACH'),
    'the runner cannot reach the API of DigitalOcean',
    /curl/,
  ],
  [refused(undefined), 'no answer from DigitalOcean', undefined],
  [
    refused(422, 'You specified an invalid image for Droplet creation.'),
    'POST /droplets ended with unprocessable_entity',
    undefined,
  ],
  [refused(504), 'POST /droplets ended with status 504', undefined],
])('%#: %s', (error, reason, hint) => {
  const told = digitaloceanRefusal(error, 'The droplet could not be created') as ActionError;
  expect(told.message).toBe(`The droplet could not be created: ${reason}.`);
  expect(told.cause).toBe(error);
  if (hint) expect(told.hint).toMatch(hint);
  else expect(told.hint).toBeUndefined();
});

test('what is no answer of DigitalOcean stays as it is', () => {
  const error = new ActionError('other');
  expect(digitaloceanRefusal(error, 'It')).toBe(error);
});

test('an image that is not in a region is no lack of room', () => {
  const words = 'The image you specified is not available in the selected region, you can transfer';
  expect(isNoCapacity(refused(422, words))).toBe(false);
  expect(isNoCapacity(refused(503, NO_ROOM[0]))).toBe(false);
  expect(isTokenRefused(refused(403))).toBe(false);
});
