import { expect, test } from '@jest/globals';
import {
  changelogSection,
  movingTag,
  type ReleaseFacts,
  releaseProblems,
} from '../../../script/release-check.ts';

const CHANGELOG = `# Changelog

## [Unreleased]

## [1.2.3] - 2026-11-23
### Added
- One thing.

## 1.2.0
- Another.

## [1.1.0] - 2026-01-01
`;

const facts: ReleaseFacts = {
  tag: 'v1.2.3',
  packageVersion: '1.2.3',
  lockVersion: '1.2.3',
  changelog: CHANGELOG,
  isOnMain: true,
  tags: ['v1.2.3'],
};

test('a release that is what it says has no problem', () => {
  expect(releaseProblems(facts)).toEqual([]);
});

test.each<[string, Partial<ReleaseFacts>, string]>([
  ['form of the tag', { tag: 'v1.2' }, 'v1.2 is not of the form'],
  ['form of the tag, no v', { tag: '1.2.3' }, '1.2.3 is not of the form'],
  ['package.json', { packageVersion: '1.2.2' }, 'package.json says 1.2.2'],
  ['package-lock.json', { lockVersion: '0.0.0' }, 'package-lock.json says 0.0.0'],
  ['branch', { isOnMain: false }, 'its commit is not on main'],
  ['changelog', { changelog: '# Changelog\n' }, 'CHANGELOG.md has no section ## [1.2.3]'],
])('%s is checked', (_case, difference, problem) => {
  expect(releaseProblems({ ...facts, ...difference })).toEqual([expect.stringContaining(problem)]);
});

test('all problems are named', () => {
  expect(releaseProblems({ ...facts, tag: 'v9.0.0', isOnMain: false })).toHaveLength(4);
});

test.each([
  ['with brackets and date', '1.2.3', '### Added\n- One thing.'],
  ['without', '1.2.0', '- Another.'],
  ['empty', '1.1.0', ''],
  ['none', '1.2', ''],
])('section of the changelog: %s', (_case, version, text) => {
  expect(changelogSection(CHANGELOG, version)).toBe(text);
});

test.each<[string, string, string[], string]>([
  ['the newest', 'v1.2.3', ['v1.2.3', 'v1.2.2', 'v0.9.9'], 'v1'],
  ['newer by number, not by letter', 'v1.10.0', ['v1.9.0', 'v1.10.0'], 'v1'],
  ['a newer major exists', 'v1.2.3', ['v2.0.0', 'v1.2.3'], 'v1'],
  ['a repair of an older version', 'v1.2.4', ['v1.3.0', 'v1.2.4'], ''],
  ['a pre-release', 'v2.0.0-rc.1', ['v2.0.0-rc.1'], ''],
  ['only pre-releases are higher', 'v1.2.3', ['v1.3.0-rc.1', 'v1.2.3'], 'v1'],
  ['the moving tags themselves do not count', 'v1.2.3', ['v1', 'v1.2.3'], 'v1'],
])('moving tag: %s', (_case, tag, tags, major) => {
  expect(movingTag({ tag, tags })).toBe(major);
});
