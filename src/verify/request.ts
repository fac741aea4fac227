import { get, type IncomingMessage, type RequestOptions } from 'node:http';
import { get as getSecurely } from 'node:https';
import { isIP } from 'node:net';
import { checkServerIdentity } from 'node:tls';
import type { VerifyTarget } from './target.ts';

/** How long one attempt may take, in ms. */
export const ATTEMPT_TIMEOUT_MS = 5_000;
export const NO_ANSWER = `no answer within ${ATTEMPT_TIMEOUT_MS / 1_000} s`;
/** What an answer with another certificate than the one wanted is told with. */
export const CERTIFICATE_FAULT = 'answered with a certificate that is not trusted';
/** How much of a body is read for its text, in bytes. */
const MOST_BODY = 1024 * 1024;

/**
 * Sends one request of `verify` to an address. Gives what is wrong with the answer, undefined if
 * nothing is. Never rejects; ends within `ATTEMPT_TIMEOUT_MS`, and when the signal aborts.
 */
export function askHttp(
  { host, port }: { readonly host: string; readonly port: number },
  target: VerifyTarget,
  signal: AbortSignal,
): Promise<string | undefined> {
  const limit = AbortSignal.timeout(ATTEMPT_TIMEOUT_MS);
  const { path, tls } = target;
  const options: RequestOptions = {
    ...{ host, port, path, agent: false, signal: AbortSignal.any([signal, limit]) },
    headers: { ...hostHeader(target), ...target.headers },
  };
  return new Promise((resolve) => {
    const answered = (response: IncomingMessage) => {
      void judge(response, target).then(resolve, (error) => resolve(faultOf(error, limit)));
    };
    const request = tls
      ? getSecurely({ ...options, ...identity(target) }, answered)
      : get(options, answered);
    request.on('error', (error) => resolve(faultOf(error, limit)));
  });
}

/** The port is the one that was written: with an offset the server is asked as without. */
function hostHeader({ name, port, tls }: VerifyTarget): { Host?: string } {
  if (name === undefined) return {};
  return { Host: port === (tls ? 443 : 80) ? name : `${name}:${port}` };
}

/**
 * Which certificate is wanted. An address of its own cannot be asked for by name (RFC 6066), and is
 * compared all the same.
 */
function identity({ name = '', tls }: VerifyTarget) {
  const bare = name.replace(/^\[(.*)\]$/, '$1');
  return {
    rejectUnauthorized: tls?.insecure !== true,
    servername: isIP(bare) === 0 ? bare : '',
    checkServerIdentity: (_: string, certificate: Parameters<typeof checkServerIdentity>[1]) =>
      checkServerIdentity(bare, certificate),
  };
}

async function judge(
  response: IncomingMessage,
  { status, contains }: VerifyTarget,
): Promise<string | undefined> {
  const { statusCode = 0 } = response;
  const isWanted =
    status === undefined ? statusCode >= 200 && statusCode < 400 : statusCode === status;
  if (!isWanted || contains === undefined) {
    response.destroy();
    return isWanted ? undefined : `answered ${statusCode}, wanted ${status ?? '2xx or 3xx'}`;
  }
  let body = Buffer.alloc(0);
  for await (const chunk of response) {
    body = Buffer.concat([body, chunk]);
    if (body.includes(contains)) return undefined;
    if (body.length > MOST_BODY) break;
  }
  return `answered ${statusCode}, without the text ${JSON.stringify(contains)}`;
}

/** OpenSSL's and Node's codes for a certificate that is not the one wanted. */
const CERTIFICATE = /CERT|SIGNATURE|^(INVALID_CA|PATH_LENGTH_EXCEEDED|HOSTNAME_MISMATCH)/;

function faultOf(error: NodeJS.ErrnoException, limit: AbortSignal): string {
  const { code = '', message } = error;
  if (limit.aborted) return NO_ANSWER;
  if (CERTIFICATE.test(code)) {
    // Behind a semicolon stands advice for whoever starts Node.js.
    return `${CERTIFICATE_FAULT}: ${message.split(';', 1)[0]} (${code})`;
  }
  if (code === 'EPROTO') return 'spoke no TLS (EPROTO): `https://` is for a port that does';
  return code || message;
}
