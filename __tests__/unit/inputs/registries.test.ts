import { expect, test } from '@jest/globals';
import { Problem } from '../../../src/inputs/problem.ts';
import { parseRegistries } from '../../../src/inputs/registries.ts';

test('one login per line, Docker Hub by any of its names', () => {
  expect(
    parseRegistries('# ours\nghcr.io me  pass word \n\nhttps://index.docker.io/v1/ you #x'),
  ).toEqual([
    { registry: 'ghcr.io', source: '`registries`', proof: { user: 'me', password: 'pass word' } },
    { registry: 'docker.io', source: '`registries`', proof: { user: 'you', password: '#x' } },
  ]);
});

test.each([
  ['a secret that is empty', 'ghcr.io me ', 'line 1', /not a login/],
  [
    'two logins for one registry',
    'docker.io a secret\nindex.docker.io b secret',
    'line 2',
    /docker\.io has a login/,
  ],
])('%s is a problem that shows nothing of the line', (_name, text, shown, reason) => {
  const problem = parseRegistries(text);
  if (!(problem instanceof Problem)) throw new Error('a problem');
  expect(problem.shown).toBe(shown);
  expect(problem.reason).toMatch(reason);
});
