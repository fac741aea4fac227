import { describe, expect, test } from '@jest/globals';
import { format } from '../../../../script/markdown/parse.ts';

describe('a page is formatted', () => {
  test.each([
    [
      'a table that is long keeps its words',
      '|a|b|\n|-|:-:|\n|x `a\\|b`||\n',
      '| a | b |\n| --- | :---: |\n| x `a\\|b` | |\n',
    ],
    ['a heading stands alone', 'text\n# Title\nmore\n', 'text\n\n# Title\n\nmore\n'],
    ['a list has dashes', '* a\n* b\n', '- a\n- b\n'],
    ['emphasis has underscores', 'so *this* is **that**\n', 'so _this_ is **that**\n'],
    ['lines break where the writer broke them', 'one\ntwo three\n', 'one\ntwo three\n'],
    ['code is kept', '```yaml\na:   1\n```\n', '```yaml\na:   1\n```\n'],
    ['markers are kept', '<!-- inputs -->\n\n- - -\n', '<!-- inputs -->\n\n---\n'],
  ])('%s', (_name, text, formatted) => {
    expect(format(text)).toBe(formatted);
    expect(format(formatted)).toBe(formatted);
  });
});
