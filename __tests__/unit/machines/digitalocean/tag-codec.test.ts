import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  clusterOfTag,
  clusterTag,
  decodeTags,
  encodeTags,
  expiryTag,
} from '../../../../src/machines/digitalocean/tag-codec.ts';

const KEY_START = Buffer.from('0000000b7373682d6564323535313900000020', 'hex');
const keyOf = (bytes: Uint8Array) =>
  `ssh-ed25519 ${Buffer.concat([KEY_START, bytes]).toString('base64')}`;
const KEY_BYTES = Buffer.from(Array.from({ length: 32 }, (_, at) => at * 7));
const OWNER = { cluster: 'shop-pr-3', repository: '42', run: '7/test/up' };

test('tags as DigitalOcean has them', () => {
  const owner = { ...OWNER, expires: '2026-12-01T10:00:00Z', pullRequest: '3' };
  const machine = { index: 12, hostKey: keyOf(KEY_BYTES) };
  const tags = encodeTags(owner, machine);
  expect(tags).toEqual([
    'su:42:shop-pr-3:exp:1796119200',
    'su:42:shop-pr-3:run:7_2ftest_2fup',
    'su:42:shop-pr-3:pr:3',
    `su:42:shop-pr-3:key:12:${KEY_BYTES.toString('hex')}`,
    'su:42:shop-pr-3',
  ]);
  expect(decodeTags(['production', ...tags.reverse()])).toEqual({ owner, machine });
});

const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.stringMatching(/^[A-Za-z0-9._:/-]{0,150}$/),
  // What looks like something that was encoded.
  fc.stringMatching(/^(?:_[0-9a-f]{2}){0,20}$/),
  fc.nat().map(String),
);
const time = fc.oneof(
  value,
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc
    .date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') })
    .map((date) => date.toISOString().replace(/\.\d+Z$/, 'Z')),
);
const short = fc.oneof(
  fc.string({ unit: 'binary', minLength: 1, maxLength: 7 }),
  fc.stringMatching(/^[A-Za-z0-9_:-]{1,40}$/),
);
const owner = fc.record(
  {
    ...{ cluster: short, repository: fc.nat().map(String), run: value, expires: time },
    ...{ pullRequest: value, isOfRun: fc.constant(true as const) },
  },
  { requiredKeys: ['cluster', 'repository', 'run'] },
);
const machine = fc.record({
  index: fc.integer({ min: 1, max: 99_999 }),
  hostKey: fc.oneof(fc.uint8Array({ minLength: 32, maxLength: 32 }).map(keyOf), value),
});

test('what comes out is what went in', async () => {
  await fc.assert(
    fc.property(owner, fc.option(machine, { nil: undefined }), (given, which) => {
      expect(decodeTags(encodeTags(given, which))).toEqual({ owner: given, machine: which });
    }),
    { numRuns: 1_000 },
  );
});

test('every tag has the alphabet and the length of DigitalOcean, and no capitals', async () => {
  await fc.assert(
    fc.property(owner, machine, (given, which) => {
      for (const tag of encodeTags(given, which)) expect(tag).toMatch(/^[a-z0-9_:-]{1,255}$/);
    }),
    { numRuns: 1_000 },
  );
});

test('different clusters never have the same tag', async () => {
  await fc.assert(
    fc.property(
      short,
      short,
      short,
      short,
      (cluster, repository, otherCluster, otherRepository) => {
        const one = { cluster, repository };
        const other = { cluster: otherCluster, repository: otherRepository };
        const isSame = cluster === otherCluster && repository === otherRepository;
        expect(clusterTag(one) === clusterTag(other)).toBe(isSame);
        expect(clusterOfTag(clusterTag(one))).toEqual(one);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('of several times the newest counts, whichever form it has', () => {
  const tags = [
    ...encodeTags({ ...OWNER, expires: '2026-12-01T10:00:00Z' }),
    expiryTag(OWNER, '2026-12-05T10:00:00Z'),
    expiryTag(OWNER, '2026-12-03T10:00:00.5Z'),
  ];
  expect(decodeTags(tags)?.owner.expires).toBe('2026-12-05T10:00:00Z');
});

test('tags of two clusters are nobody’s', () => {
  const other = { ...OWNER, repository: '43' };
  expect(decodeTags([...encodeTags(OWNER), ...encodeTags(other)])).toBeUndefined();
});

test.each(['production', 'su:', 'su:42', 'su:42:', 'su:42:Shop', 'su:42:shop:run', 'su:42:_73hop'])(
  '%s is a tag of others',
  (tag) => {
    expect(clusterOfTag(tag)).toBeUndefined();
    expect(decodeTags([tag])).toBeUndefined();
  },
);

test('a value that is longer than any number of tags is refused by name', () => {
  expect(() => encodeTags({ ...OWNER, run: '/'.repeat(900) })).toThrow(
    'The tag run is too long for DigitalOcean: 900 characters.',
  );
});
