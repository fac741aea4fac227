import { PassThrough } from 'node:stream';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { DIAL, engineApi } from '../../../src/engine/api.ts';
import { openEarly } from '../../../src/engine/early-stream.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { newEngine } from '../../support/model/engine.ts';
import { executorOf } from '../../support/model/machine.ts';
import { createWorld } from '../../support/model/world.ts';

const anything = z.unknown();
const immediate = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** An engine of the model, and the streams that were opened to it. */
function scene() {
  const executor = executorOf(newEngine(createWorld(), 'web-1', '10.77.0.2'), 'web-1');
  const streams: Awaited<ReturnType<Executor['open']>>[] = [];
  const counted: Executor = {
    ...executor,
    open: async (argv) => {
      const stream = await executor.open(argv);
      streams.push(stream);
      return stream;
    },
  };
  return { executor: counted, streams };
}

test('questions go over the stream that was opened before', async () => {
  const { executor, streams } = scene();
  using api = engineApi(executor, openEarly(executor, DIAL));
  await api.get('/info', {}, anything);
  await api.get('/info', {}, anything);
  expect(streams).toHaveLength(1);
});

test.each(['broken', 'ended'])('one that has %s since is replaced', async (end) => {
  const { executor, streams } = scene();
  const early = openEarly(executor, DIAL);
  await immediate();
  if (end === 'broken') streams[0]?.destroy(new Error('the engine has gone'));
  else streams[0]?.push(null);
  using api = engineApi(executor, early);
  await api.get('/info', {}, anything);
  expect(streams).toHaveLength(2);
});

test('one that breaks at the first question is replaced', async () => {
  const { executor, streams } = scene();
  const dead = new PassThrough();
  const early = openEarly({ open: async () => dead }, DIAL);
  dead.once('data', () => dead.destroy(new Error('the engine has gone')));
  using api = engineApi(executor, early);
  await api.get('/info', {}, anything);
  expect(streams).toHaveLength(1);
});

test('what changes something goes over no stream that may have broken unseen', async () => {
  const { executor, streams } = scene();
  using api = engineApi(executor, openEarly(executor, DIAL));
  await immediate();
  await api.post('/swarm/init', {}, { ListenAddr: '0.0.0.0:2377', AdvertiseAddr: '10.77.0.2' });
  expect(streams).toHaveLength(2);
});

test('one that cannot be opened is told to nobody', async () => {
  const { executor, streams } = scene();
  const early = openEarly({ open: () => Promise.reject(new Error('permission denied')) }, DIAL);
  using api = engineApi(executor, early);
  await api.get('/info', {}, anything);
  expect(streams).toHaveLength(1);
});

test('one that nobody takes is closed, also where it is still being opened', async () => {
  const { executor, streams } = scene();
  for (const wait of [immediate, async () => {}]) {
    const early = openEarly(executor, DIAL);
    await wait();
    using _api = engineApi(executor, early);
  }
  await immediate();
  expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true]);
});
