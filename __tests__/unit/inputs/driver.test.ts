import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { ActionError } from '../../../src/base/errors.ts';
import { readDriver, readDriverToFind } from '../../../src/inputs/driver.ts';
import { inputReader } from '../../../src/inputs/reader.ts';
import type { DriverDefinition } from '../../../src/machines/driver.ts';

const endpoint = z.url().default('https://api.example.com');

/** A driver that asks an address for its machines. */
const definition: DriverDefinition<unknown> = {
  name: 'cloud',
  makesMachines: true,
  onRunner: false,
  options: z.strictObject({ endpoint, size: z.enum(['small', 'large']) }),
  placeOptions: z.object({ endpoint }),
  read: ({ variables: { TOKEN }, problem }) => {
    if (!TOKEN) problem('driver', 'cloud', 'TOKEN is not set.');
    return { create: () => undefined as never };
  },
};

function optionsOf(
  parse: typeof readDriver,
  text: string,
  variables: Readonly<Record<string, string>> = { TOKEN: 'secret' },
  on: { definition: DriverDefinition<unknown>; platform?: NodeJS.Platform } = { definition },
): unknown {
  const given: Readonly<Record<string, string>> = { driver: 'cloud', 'driver-options': text };
  const read = (name: string) => given[name] ?? '';
  const reader = inputReader(read);
  const { platform } = on;
  const driver = parse(reader, on.definition, { read, variables, platform, warn: () => {} });
  try {
    reader.finish();
  } catch (error) {
    return error instanceof ActionError ? error.details : error;
  }
  return driver.options;
}

test.each([
  ['size: small', { endpoint: 'https://api.example.com', size: 'small' }],
  ['size: tiny', expect.stringContaining('`size`')],
  ['sizes: small', expect.stringContaining('no option `sizes`. Did you mean `size`?')],
  ['- size', expect.stringContaining('not a map')],
])('to make machines every option is checked: %s', (text, options) => {
  expect(optionsOf(readDriver, text)).toEqual(options);
});

test.each([
  ['', { endpoint: 'https://api.example.com' }],
  ['size: tiny', { endpoint: 'https://api.example.com' }],
  ['sizes: small\nendpoint: https://other.example.com', { endpoint: 'https://other.example.com' }],
  ['endpoint: nowhere', expect.stringContaining('`endpoint`')],
  ['endpoint: [', expect.stringContaining('not YAML')],
])('to find and remove them only what says where they are: %j', (text, options) => {
  expect(optionsOf(readDriverToFind, text)).toEqual(options);
});

const ofLinux: DriverDefinition<unknown> = { ...definition, platforms: ['linux'] };

test.each([
  [readDriver, 'win32', 'a Windows runner'],
  [readDriverToFind, 'darwin', 'a macOS runner'],
  [readDriver, 'freebsd', 'a freebsd runner'],
] as const)(
  'a driver that needs Linux is refused by its name elsewhere, whatever its options',
  (parse, platform, runner) => {
    const said = String(optionsOf(parse, 'sizes: [', {}, { definition: ofLinux, platform }));
    expect(said.split('\n')).toEqual([expect.stringMatching(/^driver: "cloud": /)]);
    expect(said).toContain(`on a Linux runner, and this is ${runner}. `);
    expect(said).toContain('`driver: ssh`');
  },
);

test('on Linux it is not, and a driver that says nothing is for every system', () => {
  const options = { endpoint: 'https://api.example.com', size: 'small' };
  const asked = [
    { definition: ofLinux, platform: 'linux' },
    { definition, platform: 'win32' },
  ] as const;
  for (const on of asked)
    expect(optionsOf(readDriver, 'size: small', undefined, on)).toEqual(options);
});

test('what a driver reads of its own is a problem beside those of its options', () => {
  expect(optionsOf(readDriver, 'size: tiny', {})).toMatch(
    /^driver-options: .*\ndriver: "cloud": TOKEN is not set\.$/,
  );
});

test('a driver that there is not is named, with those that there are', () => {
  const read = (name: string) => (name === 'driver' ? 'dokcer' : '');
  const reader = inputReader(read);
  readDriver(reader, undefined, { read, warn: () => {} });
  expect(() => reader.finish()).toThrow(
    expect.objectContaining({ details: expect.stringContaining('Did you mean `docker`?') }),
  );
});
