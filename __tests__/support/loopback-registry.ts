import { createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** How a registry fails. */
export interface RegistryFaults {
  /** Answers every question for a blob with its headers, and never with its bytes. */
  stalls?: boolean;
  /** Hands out other bytes than those of the digest that is asked for. */
  forges?: boolean;
}

/** A registry without TLS on 127.0.0.1, which engines speak to as it is. */
export interface LoopbackRegistry extends AsyncDisposable {
  /** As it stands in image references. */
  readonly host: string;
  readonly faults: RegistryFaults;
  /** Method and path of each request, in order. */
  readonly asked: readonly string[];
  /** Bytes of blobs that were sent. */
  readonly sent: number;
}

interface Stored {
  readonly bytes: Buffer;
  readonly type: string;
}

/**
 * Keeps in memory what is pushed, and hands it out: the part of
 * https://github.com/opencontainers/distribution-spec that `docker push` and `docker pull` use.
 */
export async function startLoopbackRegistry(): Promise<LoopbackRegistry> {
  const blobs = new Map<string, Buffer>();
  const manifests = new Map<string, Stored>();
  const uploads = new Map<string, Buffer[]>();
  const asked: string[] = [];
  const faults: RegistryFaults = {};
  let sent = 0;

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method = '', url = '' } = request;
    const { pathname, searchParams } = new URL(url, 'http://registry');
    asked.push(`${method} ${pathname}`);
    const end = (status: number, headers: Record<string, string> = {}, body?: Buffer) => {
      response.writeHead(status, { 'Content-Length': String(body?.length ?? 0), ...headers });
      response.end(method === 'HEAD' ? undefined : body);
    };
    const take = async (): Promise<Buffer> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    };
    const notFound = () => end(404, {}, Buffer.from('{"errors":[{"code":"NOT_FOUND"}]}'));
    if (pathname === '/v2/') return end(200);
    const [, name = '', kind, id = ''] =
      /^\/v2\/(.+)\/(blobs|manifests)\/([^/]+)$/.exec(pathname) ??
      /^\/v2\/(.+)\/blobs\/(uploads)\/([^/]*)$/.exec(pathname) ??
      [];
    if (kind === 'uploads') {
      const upload = id || randomUUID();
      const parts = uploads.get(upload) ?? [];
      uploads.set(upload, parts);
      if (method !== 'POST') parts.push(await take());
      const length = parts.reduce((sum, part) => sum + part.length, 0);
      const Location = `/v2/${name}/blobs/uploads/${upload}`;
      const headers = { Location, Range: `0-${Math.max(0, length - 1)}` };
      if (method !== 'PUT') return end(202, headers);
      const bytes = Buffer.concat(parts);
      uploads.delete(upload);
      if (digestOf(bytes) !== searchParams.get('digest')) return end(400);
      blobs.set(digestOf(bytes), bytes);
      return end(201, { 'Docker-Content-Digest': digestOf(bytes) });
    }
    if (kind === 'manifests') {
      if (method === 'PUT') {
        const stored = { bytes: await take(), type: request.headers['content-type'] ?? '' };
        const digest = digestOf(stored.bytes);
        manifests.set(`${name}:${id}`, stored).set(`${name}:${digest}`, stored);
        return end(201, { 'Docker-Content-Digest': digest });
      }
      const found = manifests.get(`${name}:${id}`);
      if (!found) return notFound();
      const bytes = faults.forges ? Buffer.concat([found.bytes, Buffer.from(' ')]) : found.bytes;
      const digest = id.startsWith('sha256:') ? id : digestOf(bytes);
      return end(200, { 'Content-Type': found.type, 'Docker-Content-Digest': digest }, bytes);
    }
    const blob = kind === 'blobs' ? blobs.get(id) : undefined;
    if (!blob) return notFound();
    if (method === 'GET' && faults.stalls) {
      response.writeHead(200, { 'Content-Length': String(blob.length) });
      response.flushHeaders();
      return;
    }
    if (method === 'GET') sent += blob.length;
    return end(200, { 'Docker-Content-Digest': id }, blob);
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    faults,
    asked,
    get sent() {
      return sent;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function digestOf(bytes: Buffer): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}
