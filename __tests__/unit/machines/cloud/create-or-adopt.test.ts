import { expect, test } from '@jest/globals';
import { CloudError } from '../../../../src/machines/cloud/cloud-error.ts';
import {
  adoptOrCreate,
  createOrAdopt,
  type Wanted,
} from '../../../../src/machines/cloud/create-or-adopt.ts';
import { virtualClock } from '../../../support/virtual-clock.ts';

interface Thing {
  readonly owner: string;
  readonly isLeaving?: boolean;
}

const TAKEN = new CloudError('taken', { call: 'POST /things', httpStatus: 409, code: 'taken' });
const LOST = new CloudError('lost', { call: 'POST /things' });
const REFUSED = new CloudError('no', { call: 'POST /things', httpStatus: 403, code: 'no' });

/** `found` and `made`: what is answered, one after another. */
function things(found: (Thing | undefined)[], made: (Thing | Error)[]) {
  const asked: string[] = [];
  const wanted: Wanted<Thing> = {
    what: 'thing a',
    hint: 'Remove it.',
    find: async () => {
      asked.push('find');
      return found.shift();
    },
    create: async () => {
      asked.push('create');
      const next = made.shift() ?? { owner: 'new' };
      if (next instanceof Error) throw next;
      return next;
    },
    isOurs: ({ owner }) => owner === 'me',
    isTaken: (error) => error === TAKEN,
    isLeaving: ({ isLeaving = false }) => isLeaving,
  };
  return { wanted, asked };
}

const how = () => ({
  clock: virtualClock(),
  bounds: { signal: new AbortController().signal, deadline: 60_000 },
});

test.each([
  ['is made', [], [], 'new', ['create']],
  ['is found after its name was taken', [{ owner: 'me' }], [TAKEN], 'me', ['create', 'find']],
  ['is found after the answer was lost', [{ owner: 'me' }], [LOST], 'me', ['create', 'find']],
  ['is made again if it is not there', [undefined], [LOST], 'new', ['create', 'find', 'create']],
  [
    'is made once what has the name has left',
    [{ owner: 'other', isLeaving: true }],
    [TAKEN],
    'new',
    ['create', 'find', 'create'],
  ],
])('a thing %s', async (_, found, made, owner, calls) => {
  const { wanted, asked } = things(found, made);
  expect(await createOrAdopt(wanted, how())).toEqual({ owner });
  expect(asked).toEqual(calls);
});

test('what is mostly there is looked for first', async () => {
  const { wanted, asked } = things([{ owner: 'me' }], []);
  expect(await adoptOrCreate(wanted, how())).toEqual({ owner: 'me' });
  expect(asked).toEqual(['find']);
});

test.each([createOrAdopt, adoptOrCreate])(
  'what belongs to others is refused by name',
  async (way) => {
    const { wanted } = things([{ owner: 'other' }], [TAKEN]);
    await expect(way(wanted, how())).rejects.toMatchObject({
      message: 'The thing a exists and is not of this cluster.',
      hint: 'Remove it.',
    });
  },
);

test('any other refusal is handed on', async () => {
  const { wanted, asked } = things([], [REFUSED]);
  await expect(createOrAdopt(wanted, how())).rejects.toBe(REFUSED);
  expect(asked).toEqual(['create']);
});

test('a vendor that never answers is given up', async () => {
  const { wanted, asked } = things(
    [],
    Array.from({ length: 9 }, () => LOST),
  );
  await expect(createOrAdopt(wanted, how())).rejects.toBe(LOST);
  expect(asked.filter((one) => one === 'create')).toHaveLength(5);
});
