import { createHash, createHmac } from 'node:crypto';
import { SignatureV4 } from '@smithy/signature-v4';
import type { Provider } from './credentials.ts';

/** Who asks, and where. */
export interface SigningAccess {
  readonly region: string;
  readonly credentials: Provider;
  /** Of the calendar, in ms since 1970. */
  readonly now?: () => number;
  readonly fetch?: typeof fetch;
}

export interface PostRequest {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly signal: AbortSignal | null;
}

/**
 * Posts what is signed for a service of AWS. Follows no redirection. Rejects if there are no
 * credentials, and as `fetch` does.
 */
export function signedPost(
  service: string,
  access: SigningAccess,
): (url: URL, request: PostRequest) => Promise<Response> {
  const { region, credentials, now = Date.now } = access;
  const signer = new SignatureV4({ region, service, credentials, sha256: Sha256 });
  return async (url, { headers, body, signal }) => {
    const signed = await signer.sign(
      {
        ...{ method: 'POST', protocol: url.protocol, hostname: url.hostname, path: url.pathname },
        ...(url.port !== '' && { port: Number(url.port) }),
        headers: { host: url.host, 'user-agent': 'swarm-up', ...headers },
        ...{ body, query: {} },
      },
      { signingDate: new Date(now()) },
    );
    const send = access.fetch ?? fetch;
    return await send(url, {
      ...{ method: 'POST', headers: signed.headers, body, redirect: 'manual', signal },
    });
  };
}

type Source = string | ArrayBuffer | ArrayBufferView;

function bytesOf(data: Source): string | Uint8Array {
  if (typeof data === 'string') return data;
  if (data instanceof ArrayBuffer) return new Uint8Array(data);
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

/** What the signer needs of a hash. */
class Sha256 {
  readonly #hash;

  constructor(secret?: Source) {
    this.#hash =
      secret === undefined ? createHash('sha256') : createHmac('sha256', bytesOf(secret));
  }

  update(data: Source): void {
    this.#hash.update(bytesOf(data));
  }

  async digest(): Promise<Uint8Array> {
    return new Uint8Array(this.#hash.digest());
  }

  reset(): void {}
}
