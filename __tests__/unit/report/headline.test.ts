import { expect, test } from '@jest/globals';
import type { Status } from '../../../src/base/errors.ts';
import { headline } from '../../../src/report/headline.ts';
import type { Report } from '../../../src/report/report.ts';
import { nodes, service, success } from '../../support/reports.ts';

const failed = (name: string, kind: Status) => service(name, [], { class: kind });

test.each<[string, Partial<Report>, string]>([
  ['a stack with an address', {}, 'shop runs on 3 nodes: http://127.0.0.1:8080'],
  ['a stack without ports', { endpoints: [] }, 'shop runs on 3 nodes'],
  ['one node', { endpoints: [], nodes: nodes(1) }, 'shop runs on 1 node'],
  [
    'a node that was lost meanwhile',
    {
      endpoints: [],
      nodes: nodes(3).map((node, at) => (at === 2 ? { ...node, name: 'c', state: 'down' } : node)),
    },
    'shop runs on 2 nodes (c down)',
  ],
  [
    'a stack that was not waited for',
    { status: 'deployed' },
    'shop was deployed to 3 nodes, and not waited for: http://127.0.0.1:8080',
  ],
  ['no stack', { stack: undefined }, 'The swarm shop-pr-42 of 3 nodes is ready'],
  [
    'a dry run',
    {
      status: 'planned',
      machines: ['shop-3: made by driver docker'],
      plan: {
        services: [
          { name: 'web', action: 'created', changes: [] },
          { name: 'db', action: 'unchanged', changes: [] },
        ],
        created: [],
      },
    },
    'Plan for shop: 1 service created, 1 unchanged; shop-3: made by driver docker (dry run, nothing changed)',
  ],
  [
    'a dry run of nothing',
    { status: 'planned' },
    'Plan for shop: no changes (dry run, nothing changed)',
  ],
  [
    'superseded',
    { status: 'superseded', services: [] },
    'shop was not deployed: a newer run has taken the place of this one',
  ],
  [
    'rolled back',
    { status: 'rolled-back', services: [failed('web', 'rolled-back')] },
    'shop was rolled back: web',
  ],
  [
    'paused',
    { status: 'paused', services: [failed('web', 'paused')] },
    'The update of shop is paused: web',
  ],
  [
    'unschedulable',
    { status: 'unschedulable', services: [failed('db', 'unschedulable')] },
    'shop finds no node that fits: db',
  ],
  [
    'image',
    { status: 'image', services: [failed('db', 'image')] },
    'shop cannot start, image not found: db',
  ],
  [
    'crash loop, and another failure',
    { status: 'crash-loop', services: [failed('db', 'image'), failed('api', 'crash-loop')] },
    'shop does not stay up: api; 1 more failed in other ways',
  ],
  [
    'a job',
    { status: 'job-failed', services: [failed('seed', 'job-failed')] },
    'A job of shop failed: seed',
  ],
  [
    'many services',
    { status: 'image', services: ['a', 'b', 'c', 'd', 'e'].map((name) => failed(name, 'image')) },
    'shop cannot start, image not found: a, b and 3 more',
  ],
  [
    'a time limit names what was not there yet',
    {
      status: 'timeout',
      services: [service('a', []), service('b', [], { running: 1, desired: 3 })],
    },
    'shop did not converge in time: b',
  ],
  [
    'a time limit, and a job that has ended well',
    {
      status: 'timeout',
      services: [
        service('seed', [], { running: 0, desired: 1, summary: '1/1 completed' }),
        service('b', [], { running: 1, desired: 3 }),
      ],
    },
    'shop did not converge in time: b',
  ],
  [
    'a look names what does not run yet',
    {
      status: 'pending',
      services: [service('a', []), service('b', [], { running: 1, desired: 3 })],
    },
    'Not all of shop runs: b',
  ],
  ['cancelled', { status: 'cancelled' }, 'shop was cancelled'],
  ['failed', { status: 'failed' }, 'shop failed'],
  [
    'a failure that no service is to blame for',
    {
      status: 'failed',
      error: {
        message: 'docker stack deploy failed on node-1 for stack shop.\nmore',
        details: 'x',
      },
    },
    'shop failed: docker stack deploy failed on node-1 for stack shop',
  ],
])('%s', (_, changes, expected) => {
  expect(headline({ ...success, ...changes })).toBe(expected);
});
