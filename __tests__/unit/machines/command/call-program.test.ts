import { expect, test } from '@jest/globals';
import { ActionError } from '../../../../src/base/errors.ts';
import { createAnswer, emptyAnswer, listAnswer } from '../../../../src/machines/command/answers.ts';
import { callProgram } from '../../../../src/machines/command/call-program.ts';
import type { CreateRequest } from '../../../../src/machines/command/requests.ts';
import { generateKeyPair } from '../../../../src/ssh/keys/generate.ts';
import { type Script, scriptedPrograms, TOO_LONG } from '../../../support/scripted-programs.ts';

const ID = { cluster: 'shop', repository: '42' };
const LIST = { argv: ['./list'], request: { action: 'list', ...ID }, answer: listAnswer } as const;
const GONE = {
  argv: ['./destroy', 'a b'],
  answer: emptyAnswer,
  request: { action: 'destroy', ...ID, name: 'su-42-shop-1' },
} as const;
const HOST_KEY = generateKeyPair('');
const request: CreateRequest = {
  ...{ action: 'create', ...ID, run: '1/test/up', name: 'su-42-shop-1', host_name: 'shop-1' },
  ...{ index: 1, attempt: 1, labels: {}, ports: [], user_data: '', authorized_keys: [] },
  host_key: { private: HOST_KEY.privateKey, public: HOST_KEY.publicKey },
};
const CREATE = { argv: ['./create'], request, answer: createAnswer } as const;

/** Plays these ends in turn, the last one for ever. */
const inTurn = (...ends: (object | number)[]): Script => {
  const rest = [...ends];
  return () => {
    const end = rest.length > 1 ? rest.shift() : rest[0];
    return typeof end === 'number' ? { exitCode: end, stderr: `it says ${end}\n` } : (end ?? {});
  };
};

async function refusalOf(promise: Promise<unknown>): Promise<ActionError> {
  const error = await promise.catch((reason: unknown) => reason);
  if (error instanceof ActionError) return error;
  throw new Error(`no ActionError: ${error}`);
}

test('a request goes by standard input, with the version, and without the inputs of the action', async () => {
  const { work, asked } = scriptedPrograms(() => ({ machines: [] }));
  expect(await callProgram(work, LIST)).toEqual({ machines: [] });
  expect(asked).toEqual([
    {
      ...{ protocol: 1, action: 'list', ...ID, program: ['./list'] },
      env: { INPUT_DRIVER: undefined, 'INPUT_SSH-PRIVATE-KEY': undefined, SWARM_UP_PROTOCOL: '1' },
    },
  ]);
});

test('exit code 10 is success of a removal, and of nothing else', async () => {
  const { work } = scriptedPrograms(inTurn(10));
  expect(await callProgram(work, GONE)).toEqual({});
  expect((await refusalOf(callProgram(work, LIST))).message).toBe(
    'The program of `list` failed (exit code 10): ./list',
  );
});

test('exit code 12: three more attempts, 2, 4 and 8 s later', async () => {
  const passing = scriptedPrograms(inTurn(12, 12, 12, {}));
  expect(await callProgram(passing.work, GONE)).toEqual({});
  expect(passing.clock.now()).toBe(14_000);
  expect(passing.lines).toContain('destroy su-42-shop-1: it says 12');
  expect(passing.lines).toContain('destroy su-42-shop-1: not now. It is asked again in 8 s.');

  const failing = scriptedPrograms(inTurn(12));
  const error = await refusalOf(callProgram(failing.work, GONE));
  expect(failing.asked).toHaveLength(4);
  expect(error.message).toContain("failed (exit code 12): ./destroy 'a b'");
  expect(error.hint).toContain('run this again later');
});

test('no attempt is waited for beyond the deadline', async () => {
  const { work, asked } = scriptedPrograms(inTurn(12));
  const bounds = { ...work.bounds, deadline: 3_000 };
  await refusalOf(callProgram({ ...work, bounds }, GONE));
  expect(asked).toHaveLength(2);
});

test('exit code 11: one more attempt, which is told that it is the second', async () => {
  const passing = scriptedPrograms(inTurn(11, { name: 'su-42-shop-1' }));
  expect(await callProgram(passing.work, CREATE)).toEqual({ name: 'su-42-shop-1' });
  expect(passing.asked.map(({ attempt }) => attempt)).toEqual([1, 2]);

  const failing = scriptedPrograms(inTurn(11));
  const error = await refusalOf(callProgram(failing.work, CREATE));
  expect(failing.asked).toHaveLength(2);
  expect(error.message).toBe('The program of `create su-42-shop-1` has no room: ./create');
  expect(error.hint).toContain('another place or size');
});

test('any other exit code fails at once, with the last 20 lines', async () => {
  const stderr = Array.from({ length: 30 }, (_, at) => `line ${at + 1}`).join('\n');
  const { work, asked } = scriptedPrograms(() => ({ exitCode: 3, stderr }));
  const error = await refusalOf(callProgram(work, GONE));
  expect(asked).toHaveLength(1);
  expect(error.details?.split('\n')).toHaveLength(20);
  expect(error.details).toMatch(/^line 11\n[\s\S]*line 30$/);
});

test('a program that takes too long is named, with what it said', async () => {
  const { work } = scriptedPrograms(() => TOO_LONG, 90_000);
  const error = await refusalOf(callProgram(work, CREATE));
  expect(error.message).toBe(
    'The program of `create su-42-shop-1` did not end within 1 min 30 s, and was ended: ./create',
  );
  expect(error.details).toBe('booting…');
  expect(error.hint).toContain('`timeout`');
});

test('the private host key is in no line of the log, and in no error', async () => {
  const said = `+ key=${HOST_KEY.privateKey}`;
  const { work, lines } = scriptedPrograms(() => ({ exitCode: 1, stderr: said }));
  const error = await refusalOf(callProgram(work, CREATE));
  const secret = HOST_KEY.privateKey.split('\n')[1] ?? '?';
  expect(lines.join('\n')).toContain('create su-42-shop-1: + key=-----BEGIN');
  expect(`${lines.join('\n')}${error.details}`).not.toContain(secret);
});

const MACHINE = { name: 'su-42-shop-1', labels: {}, state: 'running', address: '192.0.2.1' };

test.each([
  ['`answer`: ', {}, { stdout: '[]' }],
  ['Its output has to end with JSON.', {}, { stdout: 'ok\n' }],
  ['`machines`: expected a list of machines', {}, { stdout: '' }],
  ['`machines[0].labels`: expected the labels', { labels: null }, undefined],
  ['`machines[0].labels.a`: expected the labels', { labels: { a: 1 } }, undefined],
  ['`machines[0].state`: expected "running" or "stopped"', { state: 'RUNNING' }, undefined],
  ['`machines[0].address`: expected an IP address', { address: '-oProxyCommand=x' }, undefined],
  ['`machines[0].port`: expected a port', { port: '22' }, undefined],
  ['`machines[0].user`: expected the name of a user', { user: '-x' }, undefined],
  ['`machines[0].host_keys[0]`: expected public host keys', { host_keys: ['abc'] }, undefined],
  ['`machines[0].created`: expected a time', { created: 'today' }, undefined],
  ['`machines[0].name`: expected the name', { name: '' }, undefined],
])('a wrong answer: %s', async (message, more, end) => {
  const { work } = scriptedPrograms(() => end ?? { machines: [{ ...MACHINE, ...more }] });
  const error = await refusalOf(callProgram(work, LIST));
  expect(error.message).toBe('The program of `list` gave no answer of protocol 1: ./list');
  expect(error.details).toContain(message);
  expect(error.details).toContain('It printed:');
});

test('what is not known may be null, and what is not asked for is not looked at', async () => {
  const odd = { ...MACHINE, port: null, user: null, host_keys: null, created: null, zone: 7 };
  const { work } = scriptedPrograms(() => ({ machines: [odd], shared: null, more: true }));
  expect((await callProgram(work, LIST)).machines).toHaveLength(1);
});
