import { expect, test } from '@jest/globals';
import {
  dockerConfig,
  type Login,
  registryAuthHeader,
  secretsOf,
} from '../../../src/registry/login.ts';

const hub: Login = {
  registry: 'docker.io',
  source: 'a test',
  proof: { user: 'me', password: 'p:w' },
};
const token: Login = { registry: 'ghcr.io', source: 'a test', proof: { identityToken: 'T' } };

test('a docker config has each login under the key that docker looks for', () => {
  expect(JSON.parse(dockerConfig([hub, token]))).toEqual({
    auths: {
      'https://index.docker.io/v1/': { auth: Buffer.from('me:p:w').toString('base64') },
      'ghcr.io': { auth: Buffer.from('<token>:').toString('base64'), identitytoken: 'T' },
    },
  });
});

test.each([
  [hub, { username: 'me', password: 'p:w', serveraddress: 'https://index.docker.io/v1/' }],
  [token, { identitytoken: 'T', serveraddress: 'ghcr.io' }],
])('the header of the engine', (login, body) => {
  expect(JSON.parse(Buffer.from(registryAuthHeader(login), 'base64url').toString())).toEqual(body);
});

test('what no log may show is also the form in which it is stored', () => {
  expect(secretsOf(hub)).toEqual([
    'p:w',
    Buffer.from('me:p:w').toString('base64'),
    registryAuthHeader(hub),
  ]);
  expect(secretsOf(token)).toEqual(['T', registryAuthHeader(token)]);
});
