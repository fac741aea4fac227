import { readdir, readFile } from 'node:fs/promises';
import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { rootCertificates } from 'node:tls';
import * as z from 'zod';
import type { Login } from './login.ts';
import { DOCKER_HUB, type Reference } from './reference.ts';

/** What a registry says of an image to somebody. */
export type Access =
  | { readonly kind: 'granted' }
  | { readonly kind: 'denied' | 'missing'; readonly said: string }
  /** It could not be asked from here. */
  | { readonly kind: 'unreachable'; readonly said: string };

/**
 * Where the docker engine looks for the authorities of a registry (docs.docker.com, "Verify
 * repository client with certificates").
 */
const CERTIFICATES = '/etc/docker/certs.d';

const MANIFESTS = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

interface Answer {
  readonly status: number;
  readonly challenge: string;
  readonly body: string;
}

interface Question {
  readonly method: 'HEAD' | 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/**
 * Asks for the manifest of an image, as pulling it would (distribution.github.io, "API V2" and
 * "Token authentication"). A HEAD request, which counts towards no limit of pulls. Rejects only
 * with the signal's reason.
 */
export async function askAccess(
  image: Reference,
  login: Login,
  signal: AbortSignal,
): Promise<Access> {
  const host = image.registry === DOCKER_HUB ? 'registry-1.docker.io' : image.registry;
  const scheme = /^(localhost|127\.\d+\.\d+\.\d+)(:\d+)?$/.test(host) ? 'http' : 'https';
  const url = `${scheme}://${host}/v2/${image.repository}/manifests/${image.version}`;
  try {
    const ca = await authoritiesOf(image.registry);
    const ask = (authorization: Readonly<Record<string, string>>) =>
      exchange(
        url,
        { method: 'HEAD', headers: { Accept: MANIFESTS, ...authorization } },
        ca,
        signal,
      );
    const first = await ask({});
    if (first.status !== 401) return judge(first);
    const authorization = await authorize(first.challenge, login, ca, signal);
    return 'kind' in authorization ? authorization : judge(await ask(authorization));
  } catch (error) {
    signal.throwIfAborted();
    return { kind: 'unreachable', said: wordsOf(error) };
  }
}

function judge({ status, body }: Answer): Access {
  if (status >= 200 && status <= 299) return { kind: 'granted' };
  const said = `HTTP ${status}${body ? `: ${body.slice(0, 300)}` : ''}`;
  if (status === 401 || status === 403) return { kind: 'denied', said };
  if (status === 404) return { kind: 'missing', said };
  return { kind: 'unreachable', said };
}

type Authorization = { readonly Authorization: string };

async function authorize(
  challenge: string,
  { proof }: Login,
  ca: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Authorization | Access> {
  const basic =
    'identityToken' in proof
      ? undefined
      : `Basic ${Buffer.from(`${proof.user}:${proof.password}`).toString('base64')}`;
  if (/^basic/i.test(challenge)) {
    if (basic) return { Authorization: basic };
    return { kind: 'unreachable', said: 'it wants a password, and the login is a token' };
  }
  const given = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  );
  const { realm, service = '', scope = '' } = given;
  if (!realm) return { kind: 'unreachable', said: `it asks for ${challenge || 'nothing known'}` };
  const query = new URLSearchParams({ service, scope });
  const answer =
    'identityToken' in proof
      ? await exchange(
          realm,
          {
            method: 'POST',
            headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
            body: `${query}&${new URLSearchParams({ grant_type: 'refresh_token', client_id: 'swarm-up', refresh_token: proof.identityToken })}`,
          },
          ca,
          signal,
        )
      : await exchange(
          `${realm}?${query}`,
          { method: 'GET', headers: { Authorization: basic ?? '' } },
          ca,
          signal,
        );
  if (answer.status < 200 || answer.status > 299) return judge(answer);
  const { token, access_token } = tokenAnswer.parse(JSON.parse(answer.body));
  return { Authorization: `Bearer ${token ?? access_token ?? ''}` };
}

async function exchange(
  url: string,
  { method, headers, body }: Question,
  ca: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const options = { method, headers: { ...headers, ...length }, signal, agent: false };
    const asking = url.startsWith('http:')
      ? requestHttp(url, options, resolve)
      : requestHttps(url, { ...options, ca: ca && [...ca] }, resolve);
    asking.on('error', reject);
    asking.end(body);
  });
  return {
    status: response.statusCode ?? 0,
    challenge: response.headers['www-authenticate'] ?? '',
    body: (await text(response)).trim(),
  };
}

/**
 * The authorities of the machine's engine for a registry, beside the well-known ones; undefined
 * where it has none.
 */
async function authoritiesOf(registry: string): Promise<readonly string[] | undefined> {
  const folder = join(CERTIFICATES, registry);
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => name.endsWith('.crt'));
  if (files.length === 0) return undefined;
  const own = await Promise.all(files.map((name) => readFile(join(folder, name), 'utf8')));
  return [...rootCertificates, ...own];
}

function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
