import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { parseVerify, VerifyFault } from '../../../src/verify/target.ts';
import { type PublishedEndpoint, verify } from '../../../src/verify/verify.ts';
import { virtualClock } from '../../support/virtual-clock.ts';

const folder = mkdtempSync(join(tmpdir(), 'verify-tls-'));
const [keyFile, certFile] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
const servers: Server[] = [];

beforeAll(() => {
  execFileSync('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'],
    ...['-days', '2', '-subj', '/CN=shop.example.com', '-keyout', keyFile, '-out', certFile],
    ...['-addext', 'subjectAltName=DNS:shop.example.com'],
  ]);
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

interface Asked {
  readonly host: string | undefined;
  readonly serverName: string | false | undefined;
  readonly tenant: string | string[] | undefined;
}

/** A server that answers and notes how it was asked. */
async function listen(
  answer: RequestListener = (_, response) => response.end('all is well'),
): Promise<{ port: number; asked: Asked[] }> {
  const asked: Asked[] = [];
  const [key, cert] = [readFileSync(keyFile), readFileSync(certFile)];
  const server = createServer({ key, cert }, (request, response) => {
    const { servername } = request.socket as TLSSocket & { servername?: string | false };
    const { host, 'x-tenant': tenant } = request.headers;
    asked.push({ host, serverName: servername, tenant });
    answer(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { port: (server.address() as AddressInfo).port, asked };
}

function endpoint(port: number): PublishedEndpoint {
  return {
    ...{ service: 'web', published: 8443, target: 443, protocol: 'tcp', mode: 'host' },
    ...{ places: [{ node: 'a', host: '127.0.0.1', port }], runsOn: ['a'] },
  };
}

function check(port: number, line: string) {
  const target = parseVerify(line);
  if (target instanceof VerifyFault) throw new Error(target.why);
  const signal = new AbortController().signal;
  return verify([endpoint(port)], [target], { clock: virtualClock(), signal, timeoutMs: 500 });
}

test('a server is asked by its name, with a header, and for a text', async () => {
  const { port, asked } = await listen();
  const line =
    'https://shop.example.com:8443/health insecure header="X-Tenant: acme" contains="is well"';
  expect(await check(port, line)).toMatchObject([{ checked: 'answers' }]);
  expect(asked).toEqual([
    { host: 'shop.example.com:8443', serverName: 'shop.example.com', tenant: 'acme' },
  ]);
});

test('a certificate that nobody trusts is told as one, with what to do', async () => {
  const { port } = await listen();
  await expect(check(port, 'https://shop.example.com:8443/health')).rejects.toMatchObject({
    details: `web, port 8443, through a (127.0.0.1:${port}), GET https://shop.example.com:8443/health: answered with a certificate that is not trusted: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)`,
    hint: expect.stringMatching(/`insecure` behind the address.*NODE_EXTRA_CA_CERTS/),
  });
});

test('with the authority in NODE_EXTRA_CA_CERTS the certificate is right, for its name alone', async () => {
  const { port } = await listen();
  const source = pathToFileURL(join(import.meta.dirname, '../../../src/verify/request.ts'));
  const ask = async (name: string) => {
    const target = JSON.stringify({ port: 443, path: '/', name, tls: { insecure: false } });
    const script = `
      const { askHttp } = await import(${JSON.stringify(source.href)});
      const place = { host: '127.0.0.1', port: ${port} };
      console.log(await askHttp(place, ${target}, new AbortController().signal));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '-e', script],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: certFile } },
    );
    return stdout.trim();
  };
  expect(await ask('shop.example.com')).toBe('undefined');
  expect(await ask('blog.example.com')).toMatch(
    /is not trusted: .*\(ERR_TLS_CERT_ALTNAME_INVALID\)/,
  );
  expect(await ask('127.0.0.1')).toMatch(/is not trusted: .*\(ERR_TLS_CERT_ALTNAME_INVALID\)/);
});

test('a body without the text is told, whatever its status', async () => {
  const { port } = await listen((_, response) => response.end('down for maintenance'));
  const line = 'https://shop.example.com:8443/ insecure contains="is well"';
  await expect(check(port, line)).rejects.toMatchObject({
    details: expect.stringMatching(/: answered 200, without the text "is well"$/),
    hint: expect.stringMatching(/^Look at the logs of the service, and at .* texts in `verify`/),
  });
});

test('a text is found in a body of several parts, and one that never ends is left', async () => {
  const split = await listen((_, response) => {
    response.write('all is w');
    setImmediate(() => response.end('ell'));
  });
  const line = 'https://shop.example.com:8443/ insecure contains="is well"';
  expect(await check(split.port, line)).toMatchObject([{ checked: 'answers' }]);
  const endless = await listen((_, response) => {
    const more = () => {
      while (!response.destroyed && response.write(Buffer.alloc(64 * 1024, 'x')));
    };
    response.on('drain', more);
    more();
  });
  await expect(check(endless.port, line)).rejects.toMatchObject({
    details: expect.stringMatching(/without the text/),
  });
});

test('an address is no name to ask for, and a port without TLS is told', async () => {
  const { port, asked } = await listen();
  expect(await check(port, 'https://127.0.0.1:8443/ insecure')).toMatchObject([
    { checked: 'answers' },
  ]);
  expect(asked).toMatchObject([{ host: '127.0.0.1:8443', serverName: false }]);
  await expect(check(port, '8443/health')).rejects.toMatchObject({
    details: expect.stringMatching(/GET \/health: (ECONNRESET|HPE_\w+)/),
  });
});
