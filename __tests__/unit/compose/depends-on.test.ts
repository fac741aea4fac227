import { expect, test } from '@jest/globals';
import {
  completedFirst,
  type Dependencies,
  dependenciesOf,
  type Wave,
  wavesOf,
} from '../../../src/compose/depends-on.ts';
import { composeProject } from '../../support/compose-project.ts';

/**
 * `web: migrate! db+ cache` per service: `!` waits for its end, `+` for its health, nothing for its
 * start.
 */
function dependencies(...lines: readonly string[]): Dependencies {
  return new Map(
    lines.map((line) => {
      const [name = '', needs = ''] = line.split(': ');
      const all = needs.split(' ').filter(Boolean);
      return [
        name,
        all.map((text) => ({
          on: text.replace(/[!+]$/, ''),
          condition: text.endsWith('!') ? 'completed' : text.endsWith('+') ? 'healthy' : 'started',
        })),
      ];
    }),
  );
}

/** `(db) migrate`: what the wave awaits, and its services. */
const words = ({ awaits, services }: Wave): string =>
  `${awaits.length === 0 ? '' : `(${awaits.join(' ')}) `}${services.join(' ')}`;

test.each<[string, readonly string[], readonly string[]]>([
  ['no service', [], ['']],
  ['no dependency', ['a', 'b'], ['a b']],
  ['the start of others', ['web: db cache', 'db', 'cache: db'], ['web db cache']],
  [
    'a migration',
    ['web: migrate!', 'migrate: db+', 'db'],
    ['db', '(db) migrate', '(migrate db) web'],
  ],
  [
    'as early as it can be, and nobody waits for what is not depended on',
    ['web: migrate!', 'proxy', 'migrate', 'cache'],
    ['proxy migrate cache', '(migrate) web'],
  ],
  [
    'not before what it only wants started',
    ['web: migrate!', 'migrate', 'proxy: web'],
    ['migrate', '(migrate) web proxy'],
  ],
  [
    'awaited, too: what the migration and the web only want started',
    ['web: migrate! cache', 'migrate: db', 'db', 'cache'],
    ['migrate db cache', '(migrate db cache) web'],
  ],
  [
    'the longest way counts',
    ['d: a! c!', 'c: b!', 'b: a!', 'a'],
    ['a', '(a) b', '(b a) c', '(c b a) d'],
  ],
  ['two conditions on one', ['w: db+', 'm: db!', 'db'], ['db', '(db) w m']],
  ['a circle, which Compose refuses, ends', ['a: b!', 'b: a!'], ['b', '(b) a']],
])('%s', (_, given, expected) => {
  expect(wavesOf(dependencies(...given)).map(words)).toEqual(expected);
});

test('every service is in one wave, and after all that it waits for', () => {
  const many = Array.from({ length: 200 }, (_, at) =>
    at === 0 ? 's0' : `s${at}: s${Math.floor(at / 2)}${at % 3 === 0 ? '!' : ''}`,
  );
  const waves = wavesOf(dependencies(...many));
  const all = waves.flatMap(({ services }) => services);
  expect(new Set(all).size).toBe(200);
  expect(all).toHaveLength(200);
  for (const [at, { awaits }] of waves.entries()) {
    const before = waves.slice(0, at).flatMap(({ services }) => services);
    expect(awaits.filter((name) => !before.includes(name))).toEqual([]);
  }
});

test('what Compose prints, in both forms; what is not there is passed over', () => {
  const { model } = composeProject({
    services: {
      web: {
        image: 'x',
        depends_on: {
          db: { condition: 'service_healthy', required: true, restart: true },
          migrate: { condition: 'service_completed_successfully', required: true },
          cache: { condition: 'service_started', required: true },
          debug: { condition: 'service_healthy', required: false },
        },
      },
      cache: { image: 'x', depends_on: ['db', 'debug'] },
      db: { image: 'x' },
      migrate: { image: 'x' },
    },
  });
  const found = dependenciesOf(model);
  expect(Object.fromEntries(found)).toEqual({
    web: [
      { on: 'db', condition: 'healthy' },
      { on: 'migrate', condition: 'completed' },
      { on: 'cache', condition: 'started' },
    ],
    cache: [{ on: 'db', condition: 'started' }],
    db: [],
    migrate: [],
  });
  expect([...completedFirst(found)]).toEqual(['migrate']);
});
