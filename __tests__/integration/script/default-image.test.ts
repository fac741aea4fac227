import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { publishedSums, withBuild } from '../../../script/default-image.ts';

const SOURCE = resolve(
  import.meta.dirname,
  '../../../src/machines/virtual-machine/image/default-image.ts',
);
const X64 = 'a1'.repeat(64);
const ARM64 = 'b2'.repeat(64);

/** What Debian has beside its images: a line for each kind and format. */
const SUMS = `${'0'.repeat(128)}  debian-13-generic-amd64-20990101-1.qcow2
${X64}  debian-13-genericcloud-amd64-20990101-1.qcow2
${'1'.repeat(128)}  debian-13-genericcloud-amd64-20990101-1.raw
${ARM64}  debian-13-genericcloud-arm64-20990101-1.qcow2
`;

async function published(text: string, work: (folder: string) => Promise<void>): Promise<void> {
  const server = createServer((request, response) => {
    if (request.url === '/20990101-1/SHA512SUMS') response.end(text);
    else response.writeHead(404).end();
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  try {
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  }
}

test('another build is pinned by what is published of it', async () => {
  await published(SUMS, async (folder) => {
    const sums = await publishedSums('20990101-1', folder);
    expect(sums).toEqual({ x64: X64, arm64: ARM64 });
    const source = withBuild(readFileSync(SOURCE, 'utf8'), '20990101-1', sums);
    expect(source).toContain("build: '20990101-1'");
    expect(source).toContain(`x64: '${X64}'`);
    expect(source).toContain(`'${ARM64}'`);
    expect(() => withBuild(source, '20990102-2', sums)).toThrow('is not once in the source');
  });
});

test('a build that is not published, or not for both kinds, is not pinned', async () => {
  await published(SUMS.replace(/.*arm64.*\n/, ''), async (folder) => {
    await expect(publishedSums('20990101-1', folder)).rejects.toThrow(
      'SHA512SUMS has no line for debian-13-genericcloud-arm64-20990101-1.qcow2',
    );
    await expect(publishedSums('20990102-2', folder)).rejects.toThrow(
      `${folder}/20990102-2/SHA512SUMS: 404`,
    );
  });
});
