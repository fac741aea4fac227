import { expect, test } from '@jest/globals';
import { isOfFork } from '../../../src/action/runner/event.ts';
import { refusalHint } from '../../../src/github/refusal-hint.ts';

const PERMISSION = 'pull-requests: write';
const ADVICE = 'Add `permissions: { pull-requests: write }` to the job.';

test.each([
  ['Unable to create comment because issue is locked.', /conversation is locked/],
  ['Repository was archived so is read-only.', /repository is archived/],
  ['You have exceeded a secondary rate limit.', /blocks this for a while/],
  ['Resource protected by organization SAML enforcement.', /single sign-on/],
  [
    'Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow list enabled, and your IP address is not permitted',
    /IP allow list/,
  ],
  [
    'Resource not accessible by personal access token',
    /a personal one that may not do this: it needs pull-requests: write/,
  ],
  ['Deployments have been disabled for this repository.', /switched off/],
])('a refusal with 403 says what it is about: %s', (words, hint) => {
  const said = refusalHint(words, PERMISSION, {});
  expect(said).toMatch(hint);
  expect(said).not.toContain('permissions:');
});

const NO_ACCESS = 'Resource not accessible by integration';

test('a token that lacks a permission is advised by who runs with it', () => {
  expect(refusalHint(NO_ACCESS, PERMISSION, {})).toBe(ADVICE);
  expect(refusalHint(NO_ACCESS, PERMISSION, { actor: 'dependabot[bot]' })).toBe(
    `Runs of Dependabot get a token that may only read, unless the workflow says otherwise. ${ADVICE}`,
  );
  expect(refusalHint(NO_ACCESS, PERMISSION, { isFork: true })).toMatch(
    /from a fork gets a token that may only read, whatever `permissions` say/,
  );
});

const event = (head: number | undefined) => ({
  pull_request: {
    head: { repo: head === undefined ? null : { id: head } },
    base: { repo: { id: 1 } },
  },
});

test.each([
  ['the same repository', event(1), false],
  ['a fork', event(2), true],
  ['a fork that is gone', event(undefined), true],
  ['no pull request', {}, false],
  ['nothing', undefined, false],
])('a run for %s is of a fork: %s %s', (_name, given, is) => {
  expect(isOfFork(given)).toBe(is);
});
