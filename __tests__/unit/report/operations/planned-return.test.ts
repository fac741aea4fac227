import { expect, test } from '@jest/globals';
import { renderPlannedReturn } from '../../../../src/report/operations/planned-return.ts';

test('what a rollback would change, as a diff', () => {
  const services = [
    {
      ...{ name: 'web', action: 'updated' as const },
      changes: [{ setting: 'image', kind: 'rebuilt' as const, item: 'web:1' }],
    },
    { name: 'new', action: 'removed' as const, changes: [] },
  ];
  expect(renderPlannedReturn({ stack: 'shop', plan: { services, created: [] } })).toBe(
    '## Nothing was changed; rolling `shop` back would: services: 1 updated, 1 removed\n\n### What would change\n\n```diff\n  service web\n!     image: web:1 (rebuilt)\n- service new\n```\n',
  );
});
