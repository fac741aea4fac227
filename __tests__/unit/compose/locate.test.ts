import { expect, test } from '@jest/globals';
import { createLocator } from '../../../src/compose/locate.ts';

const BASE = `# first line
x-common: &common
  environment: {SHARED: '1'}
services:
  web:
    <<: *common
    image: web:\${TAG}
    ports:
      - 80:80
      - target: 81
        published: '81'
    labels: [a=b, c]
    list: *common
  my.dotted: {image: x}
volumes: {data: }
`;
const OVERRIDE = `services:
  web:
    image: other
    ports: !reset []
`;
const locator = createLocator([
  { file: 'base.yaml', text: BASE },
  { file: 'override.yaml', text: OVERRIDE },
]);
const base = (line: number) => ({ file: 'base.yaml', line });
const override = (line: number) => ({ file: 'override.yaml', line });

test.each([
  ['a key', ['services', 'my.dotted', 'image'], base(14)],
  ['a key in both files: the later one', ['services', 'web', 'image'], override(3)],
  ['an item', ['services', 'web', 'ports', 1], base(10)],
  ['a key of an item', ['services', 'web', 'ports', 1, 'published'], base(11)],
  ['a key that is written as an item', ['services', 'web', 'labels', 'a'], base(12)],
  ['an item without a value', ['services', 'web', 'labels', 'c'], base(12)],
  ['a key that is merged in', ['services', 'web', 'environment', 'SHARED'], base(3)],
  ['a key of an alias', ['services', 'web', 'list', 'environment'], base(3)],
  ['a key that is not there: the one above', ['services', 'web', 'privileged'], override(2)],
  ['an item that is not there', ['services', 'web', 'labels', 9], base(12)],
  ['a key in one line', ['volumes', 'data'], base(15)],
  ['nothing at all', ['secrets', 'a'], undefined],
])('finds %s', (_, path, expected) => {
  expect(locator.path(path)).toEqual(expected);
});

test('finds the first use of a variable', () => {
  expect(locator.variable('TAG')).toEqual(base(7));
  expect(locator.variable('TA')).toBeUndefined();
});

test('finds the fault of a file that is not YAML, and still the keys before it', () => {
  const broken = createLocator([
    { file: 'good.yaml', text: BASE },
    { file: 'bad.yaml', text: 'services:\n  web:\n    image: x\n   bad: 1\n' },
  ]);
  expect(broken.fault()?.location).toEqual({ file: 'bad.yaml', line: 4 });
  expect(locator.fault()).toBeUndefined();
});

test.each(['', '- a', '%', '"', 'a: *nowhere', '\t{'])('never fails on %j', (text) => {
  expect(createLocator([{ file: 'x', text }]).path(['a', 'b'])?.line ?? 1).toBe(1);
});

test('several documents in one file', () => {
  const text = 'services: {a: {image: x}}\n---\nservices:\n  b: {image: y}\n';
  expect(createLocator([{ file: 'x', text }]).path(['services', 'b'])).toEqual({
    file: 'x',
    line: 4,
  });
});
