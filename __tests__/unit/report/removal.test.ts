import { expect, test } from '@jest/globals';
import { ActionError } from '../../../src/base/errors.ts';
import { removalHeadline, renderRemoval } from '../../../src/report/removal.ts';

const subject = { kind: 'cluster', name: 'shop-pr-12' } as const;

test('what went is listed', () => {
  const report = {
    subject,
    removed: ['container shop-pr-12-1', 'network shop-pr-12'],
    error: undefined,
  };
  expect(removalHeadline(report)).toBe('Cluster shop-pr-12 is removed');
  expect(renderRemoval(report)).toBe(
    '## ✅ Cluster `shop-pr-12` is removed\n\nRemoved:\n\n- `container shop-pr-12-1`\n- `network shop-pr-12`\n',
  );
});

test('nothing there is said', () => {
  const report = {
    subject: { kind: 'stack', name: 'shop' } as const,
    removed: [],
    error: undefined,
  };
  expect(renderRemoval(report)).toBe(
    '## ✅ There is no stack `shop`, so there is nothing to remove\n',
  );
});

test('a failure is told with what went all the same, and no word of it is markup', () => {
  const error = new ActionError(
    'Cluster shop-pr-12 could not be removed completely: network x left.',
    {
      details: '```\n<img src=x>',
      hint: 'Remove it by hand.',
    },
  );
  const text = renderRemoval({ subject, removed: ['container a'], error });
  expect(text).toContain(
    '## ❌ Cluster `shop-pr-12` could not be removed completely\n\n````text\n',
  );
  expect(text).toContain('Remove it by hand.\n````\n\nRemoved:\n\n- `container a`\n');
});
