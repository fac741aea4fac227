import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { lastDocument } from '../../../../src/machines/command/last-document.ts';

test.each([
  ['', {}],
  [' \n', {}],
  ['{"a": 1}\n', { a: 1 }],
  ['booting\n[hint] wait\n{"a": [{"b": 2}]}\n', { a: [{ b: 2 }] }],
  ['{"a": 1}\n{"b": 2}', { b: 2 }],
  ['{\n  "a": {\n"b": 1\n}\n}\n', { a: { b: 1 } }],
  ['{"a": 1}\r\n', { a: 1 }],
  ['{"a": 1}\nDone.', undefined],
  ['done', undefined],
  ['{"a": ', undefined],
])('%j', (printed, document) => {
  expect(lastDocument(printed)).toEqual(document);
});

test('whatever is printed before, in lines of its own, changes nothing', () => {
  const line = fc.string().filter((text) => !/^[[{]/m.test(text) && text.trim() !== '');
  fc.assert(
    fc.property(fc.array(line), fc.dictionary(fc.string(), fc.jsonValue()), (lines, value) => {
      const text = JSON.stringify(value, undefined, 2);
      expect(lastDocument([...lines, text].join('\n'))).toEqual(JSON.parse(text));
    }),
  );
});
