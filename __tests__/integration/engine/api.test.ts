import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as z from 'zod';
import { ActionError, describeError } from '../../../src/base/errors.ts';
import { engineApi } from '../../../src/engine/api.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { runner } from '../../../src/exec/runner.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import type { SshExecutor } from '../../../src/ssh/executor.ts';
import { leftovers, type Sshd, startSshd } from '../../support/sshd.ts';

jest.setTimeout(60_000);

const version = z.object({ Version: z.string(), ApiVersion: z.string() });
const anything = z.unknown();

let sshd: Sshd;
let ssh: SshExecutor;
const places: Record<string, () => Executor> = { runner: () => runner, ssh: () => ssh };

beforeAll(async () => {
  sshd = await startSshd({ engine: true });
  ssh = await connectSsh(sshd.target(), {
    signal: new AbortController().signal,
    timeoutMs: 20_000,
  });
});

afterAll(async () => {
  await ssh?.close();
  await sshd?.[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

const failure = async (promise: Promise<unknown>): Promise<Error> => {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('It should have failed.');
};

/** An executor that counts the streams it opens and can break the last one. */
function counting(executor: Executor): Executor & { opened: number; breakLast(): Promise<void> } {
  let last: Awaited<ReturnType<Executor['open']>> | undefined;
  return {
    ...executor,
    opened: 0,
    async open(argv) {
      this.opened += 1;
      last = await executor.open(argv);
      return last;
    },
    breakLast: () =>
      new Promise((resolve) => {
        last?.once('close', resolve);
        last?.destroy();
      }),
  };
}

describe.each(Object.keys(places))('the engine over %s', (place) => {
  const executor = (): Executor => places[place]?.() ?? runner;

  test('answers many questions over one stream', async () => {
    const counted = counting(executor());
    using api = engineApi(counted);
    const first = await api.get('/version', {}, version);
    expect(first.ApiVersion).toMatch(/^1\.\d+$/);
    const filters = JSON.stringify({ label: ['swarm-up.test=nothing'] });
    const lists = await Promise.all(
      Array.from({ length: 10 }, () =>
        api.get('/containers/json', { all: '1', filters }, z.array(anything)),
      ),
    );
    expect(lists).toEqual(Array.from({ length: 10 }, () => []));
    expect(counted.opened).toBe(1);
  });

  test('is reached again after the stream broke', async () => {
    const counted = counting(executor());
    using api = engineApi(counted);
    await api.get('/version', {}, version);
    await counted.breakLast();
    expect((await api.get('/version', {}, version)).Version).not.toBe('');
    expect(counted.opened).toBe(2);
  });

  test('is quoted where it refuses', async () => {
    using api = engineApi(executor());
    const error = await failure(api.get('/containers/no-such-one/json', {}, anything));
    expect(error).toBeInstanceOf(ActionError);
    expect(describeError(error)).toBe(
      `Status 404 from GET /containers/no-such-one/json of the Docker Engine on ${executor().where}\n  No such container: no-such-one`,
    );
  });

  test('may not answer something else', async () => {
    using api = engineApi(executor());
    const error = await failure(api.get('/version', {}, z.object({ Wings: z.number() })));
    expect(describeError(error)).toMatch(
      /^Unexpected answer to GET \/version of the Docker Engine on .*\n.*\n {4}→ at Wings\n/,
    );
  });

  test.each([
    ['at the time limit', { timeoutMs: 300 }, /^No answer within 0\.3 s to GET \/events/],
    ['on abort', { signal: AbortSignal.timeout(60_000) }, /cancelled/],
  ])('is left alone %s, and answers the next question', async (_name, options, message) => {
    using api = engineApi(executor());
    const controller = new AbortController();
    const asked = failure(
      api.get('/events', {}, anything, {
        ...options,
        ...('signal' in options && { signal: controller.signal }),
      }),
    );
    if ('signal' in options) controller.abort(new Error('cancelled'));
    expect((await asked).message).toMatch(message);
    expect((await api.get('/version', {}, version)).Version).not.toBe('');
  });

  test('that cannot be reached is an error with what the docker client said', async () => {
    const lost: Executor = {
      ...executor(),
      open: () =>
        executor().open(['docker', '--host', 'unix:///nowhere.sock', 'system', 'dial-stdio']),
    };
    using api = engineApi(lost);
    const error = await failure(api.get('/version', {}, version));
    expect(describeError(error)).toMatch(/^No answer to GET \/version of the Docker Engine on/);
    expect(describeError(error)).toContain('/nowhere.sock');
  });
});

test.each([
  ['the time limit', { timeoutMs: 100 }, /^No answer within 0\.1 s to GET \/version/],
  ['an abort', { signal: AbortSignal.abort(new Error('cancelled')) }, /cancelled/],
])('%s also holds while there is no stream yet', async (_name, options, message) => {
  const opening: Executor = { ...runner, open: () => new Promise(() => {}) };
  using api = engineApi(opening);
  expect((await failure(api.get('/version', {}, version, options))).message).toMatch(message);
});
