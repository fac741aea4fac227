import { expect, test } from '@jest/globals';
import { createLocator } from '../../../../src/compose/locate.ts';

/** `4: The indentation does not fit …`: the line and the message for a file with these lines. */
function fault(...lines: readonly string[]): string {
  const text = `${lines.join('\n')}\n`;
  const found = createLocator([{ file: 'c.yaml', text }]).fault();
  return found ? `${found.location.line}: ${found.message}` : 'none';
}

const WEB = ['services:', '  web:', '    image: nginx'];

test.each<[string, readonly string[], RegExp]>([
  [
    'a quote that stays open',
    [...WEB.slice(0, 2), '    image: "nginx', '    ports: ["80"]'],
    /^3: The closing quote \(`"`\) is missing\.$/,
  ],
  [
    'one up to the end of the file',
    [...WEB, "    command: 'a", '    tty: true', 'networks: {}'],
    /^4: The closing quote \(`'`\) is missing\.$/,
  ],
  [
    'a quote inside of quotes',
    [...WEB, "    command: 'it's'"],
    /^4: `s'` stands after the end of a value\./,
  ],
  [
    'a tab',
    [...WEB.slice(0, 2), '\timage: nginx'],
    /^3: A tab is not allowed as indentation\. Use spaces\.$/,
  ],
  ['a line that is indented less', [...WEB, '   ports: [80]'], /^4: The indentation does not fit/],
  [
    'a line that is indented more',
    [...WEB, '     ports: [80]'],
    /^4: `ports` is indented more than what stands above it/,
  ],
  [
    'one after blank lines and a comment',
    [...WEB, '', '  # the database', '', '   db:', '    image: x'],
    /^7: The indentation does not fit/,
  ],
  [
    'a list whose items do not stand below one another',
    [...WEB, '    command:', '    - a', '   - b'],
    /^6: The indentation does not fit/,
  ],
  [
    'a key without a colon',
    [...WEB.slice(0, 2), '    image nginx', '    ports: [80]'],
    /^3: `image nginx` has no `: ` between a key and its value\.$/,
  ],
  [
    'a colon without a space',
    [...WEB.slice(0, 2), '    image:nginx', '    ports: [80]'],
    /^3: `image:nginx` has no `: `/,
  ],
  [
    'a second colon in a line',
    [...WEB, '    command: a: b'],
    /^4: A second `: ` in one line\. Put the value in quotes\.$/,
  ],
  [
    'a list that stays open',
    [...WEB, '    ports: [80, 90', '  db:', '    image: x'],
    /^5: `\[` is not closed: `\]` is missing before this line\.$/,
  ],
  ['the outer one of two', [...WEB, '    x: [[80], [90]', '    y: 1'], /^5: `\[` is not closed/],
  [
    'a map that stays open',
    ['services:', '  web: {image: nginx', '  db: {image: x}'],
    /^3: `\{` is not closed: `\}` is missing before this line\.$/,
  ],
  ['a bracket too many', [...WEB, '    ports: [80]]'], /^4: `\]` closes nothing that is open\.$/],
  [
    'a character that begins no value',
    [...WEB, '    user: @me'],
    /^4: A value cannot begin with `@`\. Put it in quotes\.$/,
  ],
  ['a backtick', [...WEB, '    user: `me`'], /^4: A value cannot begin with a backtick\./],
  ['a backslash', [...WEB, '    command: "a\\q"'], /^4: `\\q` is no escape in double quotes\./],
  ['a key twice', [...WEB, '    image: x'], /^4: The key `image` stands twice in one map\./],
  [
    'an alias of nothing',
    [...WEB, '    environment: *common'],
    /^4: `\*common` stands for nothing/,
  ],
  [
    'what has no words of its own',
    [...WEB, '    command: |x', '      a'],
    /^4: Block scalar header includes extra characters: \|x\.$/,
  ],
])('%s is told at its line, in one sentence without a second position', (_, lines, message) => {
  const said = fault(...lines);
  expect(said).toMatch(message);
  expect(said).not.toMatch(/line \d|column \d|:$/);
});

test('a file without a fault has none', () => {
  expect(fault(...WEB, 'x: &a 1', 'y: *a')).toBe('none');
});
