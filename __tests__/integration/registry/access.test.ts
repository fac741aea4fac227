import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { askAccess } from '../../../src/registry/access.ts';
import type { Login } from '../../../src/registry/login.ts';

// A registry as the distribution spec describes it, with tokens as Docker Hub and ghcr.io give
// them. The real one, which takes the password itself, is in the e2e test.

const server = createServer(answer);
let host = '';

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => void server.close());

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', `http://${host}`);
  if (url.pathname === '/token') {
    let body = '';
    for await (const chunk of request) body += chunk;
    const form = new URLSearchParams(body);
    const isKnown =
      request.headers.authorization === `Basic ${Buffer.from('me:right').toString('base64')}` ||
      form.get('refresh_token') === 'identity';
    const scope = form.get('scope') ?? url.searchParams.get('scope');
    if (!isKnown) return end(response, 401, '{"errors":[{"code":"UNAUTHORIZED"}]}');
    return end(response, 200, JSON.stringify({ token: `for ${scope}` }));
  }
  const repository = /^\/v2\/(.*)\/manifests\//.exec(url.pathname)?.[1];
  const scope = `repository:${repository}:pull`;
  if (request.headers.authorization !== `Bearer for ${scope}`) {
    const challenge = `Bearer realm="http://${host}/token",service="test",scope="${scope}"`;
    response.setHeader('WWW-Authenticate', challenge);
    return end(response, 401, '');
  }
  if (repository === 'others/image') return end(response, 403, '');
  if (repository === 'broken') return end(response, 500, '');
  return end(response, url.pathname === '/v2/our/image/manifests/1' ? 200 : 404, '');
}

function end(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status).end(body);
}

const proofs = {
  right: { user: 'me', password: 'right' },
  wrong: { user: 'me', password: 'wrong' },
  identity: { identityToken: 'identity' },
} satisfies Record<string, Login['proof']>;

test.each([
  ['our/image', '1', 'right', 'granted', undefined],
  ['our/image', '1', 'identity', 'granted', undefined],
  ['our/image', '1', 'wrong', 'denied', /^HTTP 401: .*UNAUTHORIZED/],
  ['our/image', '2', 'right', 'missing', /^HTTP 404$/],
  ['others/image', '1', 'right', 'denied', /^HTTP 403$/],
  ['broken', '1', 'right', 'unreachable', /^HTTP 500$/],
] as const)('%s:%s by the %s login is %s', async (repository, version, proof, kind, said) => {
  const login = { registry: host, source: 'a test', proof: proofs[proof] };
  const access = await askAccess(
    { registry: host, repository, version },
    login,
    AbortSignal.timeout(10_000),
  );
  expect(access.kind).toBe(kind);
  if (said) expect('said' in access && access.said).toMatch(said);
});

test('a registry that nobody answers for is unreachable, and a cancelled question rejects', async () => {
  const login = { registry: '127.0.0.1:1', source: 'a test', proof: proofs.right };
  const image = { registry: '127.0.0.1:1', repository: 'a', version: '1' };
  expect(await askAccess(image, login, AbortSignal.timeout(10_000))).toEqual({
    kind: 'unreachable',
    said: expect.stringContaining('ECONNREFUSED'),
  });
  const reason = new Error('cancelled');
  await expect(askAccess(image, login, AbortSignal.abort(reason))).rejects.toBe(reason);
});
