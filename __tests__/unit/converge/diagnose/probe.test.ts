import { expect, test } from '@jest/globals';
import { readProbe } from '../../../../src/converge/diagnose/probe.ts';
import type { EngineApi } from '../../../../src/engine/api.ts';

const { signal } = new AbortController();

/**
 * An engine with the containers of these tasks, and the logs of their healthchecks; `null` for one
 * without.
 */
function engine(tasks: Readonly<Record<string, readonly object[] | null>>): Pick<EngineApi, 'get'> {
  return {
    get: async (path, query, schema) => {
      if (path === '/containers/json') {
        const [label = ''] = JSON.parse(query.filters ?? '{}').label;
        const id = label.replace('com.docker.swarm.task.id=', '');
        return schema.parse(id in tasks ? [{ Id: id }] : []);
      }
      const Log = tasks[path.split('/')[2] ?? ''];
      return schema.parse({ State: { Health: Log === null ? null : { Log } } });
    },
  };
}

const silent: Pick<EngineApi, 'get'> = { get: () => Promise.reject(new Error('gone')) };
const failed = (Output: string, ExitCode = 1) => ({ ExitCode, Output });

test('the last failure is told, from whichever node has the container', async () => {
  const log = [failed('first'), failed(' second\n', 7), { ExitCode: 0, Output: 'well' }];
  const engines = [engine({}), silent, engine({ t1: log })];
  expect(await readProbe(engines, 't1', signal)).toEqual({ exitCode: 7, output: 'second' });
});

test.each([
  ['no node has the container', [engine({})]],
  ['no node answers', [silent]],
  ['there is no node', []],
  ['it has no healthcheck', [engine({ t1: null })]],
  ['the check has not run yet', [engine({ t1: [] })]],
  ['the check has not failed', [engine({ t1: [{ ExitCode: 0, Output: 'well' }] })]],
])('there is nothing to tell where %s', async (_why, engines) => {
  expect(await readProbe(engines, 't1', signal)).toBeUndefined();
});
