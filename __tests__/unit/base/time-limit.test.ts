import { getEventListeners } from 'node:events';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { limit, unlessAborted } from '../../../src/base/time-limit.ts';
import { commandStream } from '../../../src/exec/command-stream.ts';
import { writeInput } from '../../../src/exec/stdin.ts';
import { slots } from '../../../src/ssh/slots.ts';

const reason = new Error('cancelled');
const late = (): Error => new Error('late');

describe('limit', () => {
  test.each([
    ['the caller', (caller: AbortController) => caller.abort(reason)],
    ['its own stop', (_: AbortController, stop: (reason: Error) => void) => stop(reason)],
  ])('stops by %s, with the reason; the first one stays', (_name, act) => {
    const caller = new AbortController();
    using bounds = limit([undefined, caller.signal], 60_000, late);
    expect(bounds.signal.aborted).toBe(false);
    act(caller, bounds.stop);
    bounds.stop(late());
    expect(bounds.signal.reason).toBe(reason);
  });

  test('is stopped from the start where the caller is', () => {
    using bounds = limit([AbortSignal.abort(reason)], 60_000, late);
    expect(bounds.signal.reason).toBe(reason);
  });

  test('leaves no listener behind', async () => {
    const caller = new AbortController();
    const bounds = limit([caller.signal], 60_000, late);
    await unlessAborted(Promise.resolve(), caller.signal);
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(1);
    bounds[Symbol.dispose]();
    expect(getEventListeners(caller.signal, 'abort')).toHaveLength(0);
  });

  test.each([
    ['as the promise does', Promise.resolve('done'), new AbortController().signal, 'done'],
    ['with the reason on abort', new Promise(() => {}), AbortSignal.abort(reason), reason],
  ])('unlessAborted settles %s', async (_name, promise, signal, expected) => {
    expect(await unlessAborted(promise, signal).catch((error) => error)).toBe(expected);
  });
});

describe('slots', () => {
  const never = new AbortController().signal;
  const taker = (limitOf: number) => {
    const room = slots(limitOf);
    const entered: string[] = [];
    const enter = (name: string, signal = never) =>
      room.acquire(signal).then(
        () => entered.push(name),
        () => entered.push(`${name} left`),
      );
    return { room, entered, enter };
  };

  test('admit in order of arrival, and no more than the limit', async () => {
    const { room, entered, enter } = taker(2);
    const all = ['a', 'b', 'c', 'd'].map((name) => enter(name));
    await Promise.all(all.slice(0, 2));
    expect(entered).toEqual(['a', 'b']);
    room.release();
    await all[2];
    expect(entered).toEqual(['a', 'b', 'c']);
    expect(room.used).toBe(2);
  });

  test('lose nobody and admit nobody twice where one gives up', async () => {
    const { room, entered, enter } = taker(1);
    const controller = new AbortController();
    const all = [enter('a'), enter('b', controller.signal), enter('c')];
    controller.abort(reason);
    await all[1];
    room.release();
    await all[2];
    expect(entered).toEqual(['a', 'b left', 'c']);
    await enter('d', AbortSignal.abort(reason));
    expect(entered.at(-1)).toBe('d left');
    expect(room.used).toBe(1);
  });

  test('admit fewer after the limit was lowered, and one at least', async () => {
    const { room, entered, enter } = taker(3);
    const first = ['a', 'b'].map((name) => enter(name));
    await Promise.all(first);
    room.lower(0);
    const third = enter('c');
    room.release();
    expect(room.used).toBe(1);
    room.release();
    await third;
    expect(entered).toEqual(['a', 'b', 'c']);
  });
});

describe('feed', () => {
  const sink = () => {
    const stdin = new PassThrough();
    const broken: Error[] = [];
    return { stdin, broken, onBroken: (error: Error) => void broken.push(error) };
  };

  test.each([
    ['nothing', undefined, ''],
    ['text', 'héllo', 'héllo'],
    ['bytes', Buffer.from([0, 255]), '\0\ufffd'],
    ['a stream', Readable.from(['one ', 'two']), 'one two'],
  ])('writes %s and closes', async (_name, input, expected) => {
    const { stdin, broken, onBroken } = sink();
    writeInput(input, stdin, onBroken);
    expect((await stdin.toArray()).join('')).toBe(expected);
    expect(broken).toEqual([]);
  });

  test.each([
    ['breaks', (input: PassThrough) => input.destroy(reason), 'cancelled'],
    [
      'ends too early',
      (input: PassThrough) => input.destroy(),
      'The input ended before all of it was read.',
    ],
  ])('tells once of an input that %s', async (_name, act, message) => {
    const { stdin, broken, onBroken } = sink();
    const input = new PassThrough();
    writeInput(input, stdin, onBroken);
    const closed = new Promise((resolve) => input.once('close', resolve));
    act(input);
    await closed;
    expect(broken.map((error) => error.message)).toEqual([message]);
    expect(stdin.writableEnded).toBe(false);
  });

  test('tells of an input that was closed before', () => {
    const { stdin, broken, onBroken } = sink();
    writeInput(new PassThrough().destroy(), stdin, onBroken);
    expect(broken).toHaveLength(1);
  });

  test.each([
    ['with an error', reason],
    ['without one', undefined],
  ])('lets go of the input where the command stops reading %s', async (_name, error) => {
    const { stdin, broken, onBroken } = sink();
    const input = new PassThrough();
    writeInput(input, stdin, onBroken);
    stdin.destroy(error);
    await new Promise((resolve) => input.once('close', resolve));
    expect(broken).toEqual([]);
  });
});

describe('commandStream', () => {
  const command = () => {
    const stdin = new PassThrough();
    const stdout = new PassThrough();
    const { promise: ended, resolve: end } = Promise.withResolvers<Error | undefined>();
    const calls: string[] = [];
    const stream = commandStream({ stdin, stdout, ended, stop: () => calls.push('stop') });
    return { stdin, stdout, end, calls, stream };
  };

  test('is a Duplex that ends when the command has ended well, not when its output does', async () => {
    const { stdin, stdout, end, stream } = command();
    expect(stream).toBeInstanceOf(Duplex);
    stream.write('in');
    expect(String(stdin.read())).toBe('in');
    const all = stream.toArray();
    stdout.end('out');
    stdout.once('end', () => end(undefined));
    expect((await all).join('')).toBe('out');
  });

  test('breaks with the error of the command', async () => {
    const { stdout, end, stream } = command();
    const all = stream.toArray();
    stdout.end('part');
    stdout.once('end', () => end(reason));
    expect(await all.catch((error) => error)).toBe(reason);
  });

  test('holds the output back where nobody reads', async () => {
    const { stdout, stream } = command();
    const chunk = Buffer.alloc(64 * 1024);
    let written = 0;
    while (stdout.write(chunk)) written += 1;
    await new Promise((resolve) => setImmediate(resolve));
    expect(stream.readableLength + stdout.readableLength).toBeLessThanOrEqual(
      (written + 1) * chunk.length,
    );
    expect(stdout.isPaused()).toBe(true);
  });

  test('stops the command when it is destroyed', async () => {
    const { calls, stream } = command();
    await new Promise((resolve) => stream.once('close', resolve).destroy());
    expect(calls).toEqual(['stop']);
  });
});
