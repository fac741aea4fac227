import { expect, test } from '@jest/globals';
import { logsHeadline, renderLogs } from '../../../../src/report/operations/logs.ts';

const WEB = {
  ...{ name: 'web', lines: 2, tasks: 1, nodes: ['node-a'], trouble: undefined },
  ...{ first: '2026-11-30T10:57:25.1Z', last: '2026-11-30T10:57:25.3Z' },
};
const DB = {
  ...{ name: 'db', lines: 0, tasks: 0, nodes: [], first: undefined, last: undefined },
  trouble: 'docker service logs failed: <b>',
};

test('the summary says what was read, and repeats no line', () => {
  const report = { stack: 'shop', services: [WEB, DB], folder: '/temp/swarm-up-shop-logs' };
  expect(logsHeadline(report)).toBe('2 lines of 2 services of shop');
  expect(renderLogs(report).split('\n')).toEqual([
    '## 2 lines of 2 services of `shop`',
    '',
    '| Service | Lines | Tasks | Nodes | First line | Last line | Not whole |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    '| `web` | 2 | 1 | node-a | 2026-11-30T10:57:25.1Z | 2026-11-30T10:57:25.3Z |  |',
    '| `db` | 0 | 0 |  |  |  | docker service logs failed: &#60;b&#62; |',
    '',
    'The lines are in the job log, and in `/temp/swarm-up-shop-logs`',
    '',
  ]);
});
