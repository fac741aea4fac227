import { expect, test } from '@jest/globals';
import {
  renderStanding,
  type StandingReport,
  standingLines,
} from '../../../../src/report/operations/standing.ts';

const NOW = new Date('2026-11-30T12:00:00Z');
const REPORT: StandingReport = {
  cluster: 'prod',
  deployedBy: '41/deploy/up',
  deployedAt: 'https://github.com/acme/shop/actions/runs/41',
  pullRequest: undefined,
  created: '2026-11-28T12:00:00.5Z',
  expires: { at: '2026-11-30T15:00:00Z', left: '3 h' },
  lock: { who: '42/deploy/up', since: '2026-11-30T11:59:00Z' },
  changes: [
    { service: 'web', at: '2026-11-30T11:00:00Z', update: 'completed', message: '' },
    { service: 'db', at: '2026-11-28T12:00:01Z', update: '', message: '' },
    {
      ...{ service: 'jobs', at: '2026-11-30T11:00:00Z', update: 'rollback_completed' },
      message: 'rollback completed | <b>',
    },
  ],
};

test('who has deployed it, until when, and what each service was told last', () => {
  expect(standingLines(REPORT, NOW)).toEqual([
    'Cluster         prod',
    'Deployed by     41/deploy/up (https://github.com/acme/shop/actions/runs/41)',
    'First deployed  1 d 23 h ago (2026-11-28 12:00 UTC)',
    'Expires         2026-11-30T15:00:00Z, time left: 3 h',
    'Lock            held by run 42/deploy/up since 2026-11-30T11:59:00Z',
    'web   changed 1 h ago (2026-11-30 11:00 UTC), update completed',
    'db    changed 1 d 23 h ago (2026-11-28 12:00 UTC)',
    'jobs  changed 1 h ago (2026-11-30 11:00 UTC), update rollback completed: rollback completed | <b>',
  ]);
  const text = renderStanding(REPORT, NOW);
  expect(text).toContain('| Lock | held by run 42/deploy/up since 2026-11-30T11:59:00Z |');
  expect(text).toContain('| `web` | 1 h ago (2026-11-30 11:00 UTC) | completed |');
  expect(text).toContain('rollback completed &#124; &#60;b&#62;');
});

test('a stack that somebody else has deployed, with nothing to tell', () => {
  const { cluster } = REPORT;
  const nothing = {
    ...{ cluster, deployedBy: undefined, deployedAt: undefined, pullRequest: undefined },
    ...{ created: undefined, expires: undefined, lock: undefined, changes: [] },
  };
  expect(standingLines(nothing, NOW)).toEqual([
    'Cluster      prod',
    'Deployed by  not known: not by Swarm Up',
    'Expires      no ttl',
    'Lock         free',
  ]);
  expect(renderStanding(nothing, NOW)).not.toContain('Last changes');
});
