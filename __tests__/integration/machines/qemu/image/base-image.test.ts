import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { download } from '../../../../../src/machines/virtual-machine/image/download.ts';
import { until } from '../../../../support/until.ts';
import { virtualClock } from '../../../../support/virtual-clock.ts';

const CONTENT = Buffer.from('0123456789'.repeat(1_000));
const SUM = `sha256:${createHash('sha256').update(CONTENT).digest('hex')}`;

const remedy = 'Give another one.';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'download-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Serves what `answer` says while `work` runs; gives the ranges that were asked for. */
async function served(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
  work: (url: string) => Promise<void>,
): Promise<(string | undefined)[]> {
  const ranges: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    ranges.push(request.headers.range);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}/image.qcow2`);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
  return ranges;
}

/** As a web server does it: from where the client wants it on. */
function whole(request: IncomingMessage, response: ServerResponse): void {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
  if (from >= CONTENT.length) response.writeHead(416).end();
  else response.writeHead(from > 0 ? 206 : 200).end(CONTENT.subarray(from));
}

const sizeOf = (path: string) => statSync(path, { throwIfNoEntry: false })?.size;

const context = {
  signal: new AbortController().signal,
  clock: virtualClock(),
  log: { info: () => {}, warning: () => {} },
};

test('an image is downloaded and checked', async () => {
  const to = join(folder, 'cache', 'image');
  await served(whole, (url) => download({ url, checksum: SUM, to, remedy }, context));
  expect(readFileSync(to).equals(CONTENT)).toBe(true);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test('a download that breaks off is continued where it broke off', async () => {
  const to = join(folder, 'image');
  let isFirst = true;
  const ranges = await served(
    (request, response) => {
      if (!isFirst) return whole(request, response);
      isFirst = false;
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 4_000));
      // What has come and is not on the disk yet when a connection breaks is lost, as it may be.
      void until('what has come is on the disk', () => sizeOf(`${to}.part`) === 4_000).finally(() =>
        response.destroy(),
      );
    },
    (url) => download({ url, checksum: SUM, to, remedy }, context),
  );
  expect(ranges).toEqual([undefined, 'bytes=4000-']);
  expect(readFileSync(to).equals(CONTENT)).toBe(true);
});

test('what an earlier run has brought is not asked for again, also where it was all of it', async () => {
  const to = join(folder, 'image');
  writeFileSync(`${to}.part`, CONTENT);
  const ranges = await served(whole, (url) =>
    download({ url, checksum: SUM, to, remedy }, context),
  );
  expect(ranges).toEqual(['bytes=10000-']);
  expect(readFileSync(to).equals(CONTENT)).toBe(true);
});

test('a server that knows no ranges gives it all once more', async () => {
  const to = join(folder, 'image');
  writeFileSync(`${to}.part`, 'half of it');
  await served(
    (_, response) => response.writeHead(200).end(CONTENT),
    (url) => download({ url, checksum: SUM, to, remedy }, context),
  );
  expect(readFileSync(to).equals(CONTENT)).toBe(true);
});

test('another image than was asked for is refused with both checksums, and removed', async () => {
  const to = join(folder, 'image');
  const checksum = `sha512:${'0'.repeat(128)}`;
  await served(whole, async (url) => {
    await expect(download({ url, checksum, to, remedy }, context)).rejects.toMatchObject({
      message: `${url} is not the image that \`checksum\` stands for.`,
      details: expect.stringMatching(/^wanted sha512:0{128}\nfound {2}sha512:[0-9a-f]{128}$/),
    });
  });
  expect(existsSync(to)).toBe(false);
  expect(existsSync(`${to}.part`)).toBe(false);
});

test('an address that is wrong is asked once; a server in trouble is asked again, and told in the end', async () => {
  const to = join(folder, 'image');
  const answering = (status: number) =>
    served(
      (_, response) => response.writeHead(status).end(),
      async (url) => {
        await expect(download({ url, checksum: SUM, to, remedy }, context)).rejects.toMatchObject({
          message: `The machine image cannot be downloaded: ${url}`,
          details: expect.stringContaining(String(status)),
          hint: remedy,
        });
      },
    );
  expect(await answering(404)).toHaveLength(1);
  expect(await answering(503)).toHaveLength(4);
});

test('a cancelled download ends with the reason, and keeps what there is', async () => {
  const to = join(folder, 'image');
  const stop = new AbortController();
  await served(
    (_, response) => {
      response.writeHead(200, { 'content-length': CONTENT.length });
      response.write(CONTENT.subarray(0, 10), () => stop.abort(new Error('cancelled')));
    },
    async (url) => {
      const cancelled = download(
        { url, checksum: SUM, to, remedy },
        { ...context, signal: stop.signal },
      );
      await expect(cancelled).rejects.toThrow('cancelled');
    },
  );
  expect(existsSync(to)).toBe(false);
});
