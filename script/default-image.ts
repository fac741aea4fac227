/**
 * Sees whether the default machine images are published as they are pinned: `node
 * script/default-image.ts`. With the name of a build (`20261001-2618`) it pins that one instead.
 * Needs the network.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  DEBIAN,
  imageFile,
  PUBLISHED,
} from '../src/machines/virtual-machine/image/default-image.ts';

const SOURCE = resolve(
  import.meta.dirname,
  '../src/machines/virtual-machine/image/default-image.ts',
);
const LIMIT_MS = 60_000;

type Sums = Readonly<Record<'x64' | 'arm64', string>>;

/** The checksums that are published for the images of a build. Throws where there are none. */
export async function publishedSums(build: string, folder: string): Promise<Sums> {
  const url = `${folder}/${build}/SHA512SUMS`;
  const response = await fetch(url, { signal: AbortSignal.timeout(LIMIT_MS) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${response.statusText}`);
  const lines = (await response.text()).split('\n');
  const sumOf = (architecture: keyof Sums): string => {
    const file = imageFile(build, architecture);
    const line = lines.find((one) => one.endsWith(`  ${file}`)) ?? '';
    const sum = /^[0-9a-f]{128}(?= )/.exec(line)?.[0];
    if (sum === undefined) throw new Error(`${url} has no line for ${file}`);
    return sum;
  };
  return { x64: sumOf('x64'), arm64: sumOf('arm64') };
}

/** The source with another build in it. Throws where the source is not as it is expected. */
export function withBuild(source: string, build: string, sums: Sums): string {
  return [
    [DEBIAN.build, build],
    [DEBIAN.sha512.x64, sums.x64],
    [DEBIAN.sha512.arm64, sums.arm64],
  ].reduce((text, [from = '', to = '']) => {
    if (text.split(from).length !== 2) throw new Error(`${from} is not once in the source`);
    return text.replace(from, to);
  }, source);
}

if (import.meta.main) {
  const [build = DEBIAN.build] = process.argv.slice(2);
  const sums = await publishedSums(build, PUBLISHED);
  if (build !== DEBIAN.build) {
    writeFileSync(SOURCE, withBuild(readFileSync(SOURCE, 'utf8'), build, sums));
    console.log(
      `The default images are those of ${build} now: run "npm run build", note it in CHANGELOG.md`,
    );
  } else if (sums.x64 === DEBIAN.sha512.x64 && sums.arm64 === DEBIAN.sha512.arm64) {
    console.log(`The default images of ${build} are published as they are pinned`);
  } else {
    console.error(`error: ${PUBLISHED}/${build} has other images than those that are pinned`);
    process.exitCode = 1;
  }
}
