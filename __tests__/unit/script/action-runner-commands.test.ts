import { describe, expect, test } from '@jest/globals';
import {
  createLogReader,
  maskText,
  parseCommand,
  renderLine,
} from '../../../script/workflow-commands.ts';

const KNOWN = ['error', 'add-mask', 'endgroup'];

describe('parseCommand', () => {
  test.each([
    ['no properties', '::error::broken', { name: 'error', properties: {}, data: 'broken' }],
    ['no data', '::endgroup::', { name: 'endgroup', properties: {}, data: '' }],
    [
      'properties',
      '::error file=app.js,line=1,title=A b::broken',
      { name: 'error', properties: { file: 'app.js', line: '1', title: 'A b' }, data: 'broken' },
    ],
    [
      'escapes in data',
      '::error::100%25 of%0Atwo%0D lines, %3A and %2C stay',
      { name: 'error', properties: {}, data: '100% of\ntwo\r lines, %3A and %2C stay' },
    ],
    [
      'escapes in properties',
      '::error file=C%3A\\a%2Cb,title=50%25%0Aoff::x',
      { name: 'error', properties: { file: 'C:\\a,b', title: '50%\noff' }, data: 'x' },
    ],
    [
      'an escaped per cent sign is not an escape again',
      '::error title=%253A::%250A',
      { name: 'error', properties: { title: '%3A' }, data: '%0A' },
    ],
    [
      'equals sign in a value',
      '::error title=a=b::x',
      { name: 'error', properties: { title: 'a=b' }, data: 'x' },
    ],
    ['colons in data', '::error::a::b::c', { name: 'error', properties: {}, data: 'a::b::c' }],
    ['blanks before, upper case', '  ::ERROR::x', { name: 'error', properties: {}, data: 'x' }],
    ['a next-line before', ' \x85\u3000::error::x', { name: 'error', properties: {}, data: 'x' }],
    [
      'the old form in mid-line',
      'say ##[error file=a%5D.js;line=1]50%25 %3B',
      { name: 'error', properties: { file: 'a].js', line: '1' }, data: '50% ;' },
    ],
  ])('%s', (_case, line, command) => {
    expect(parseCommand(line, KNOWN)).toEqual(command);
  });

  test.each([
    ['an unknown command', '::set-env name=A::b'],
    ['a command within a line', 'say ::error::x'],
    ['no end', '::error file=a.js'],
    ['a byte order mark before', '\ufeff::error::x'],
    ['an unknown command of the old form', '##[set-env name=A]b'],
    ['no end of the old form', '##[error file=a.js'],
    ['plain text', 'hello'],
    ['nothing', ''],
  ])('%s is a line of the log', (_case, line) => {
    expect(parseCommand(line, KNOWN)).toBeUndefined();
  });
});

function logOf(lines: readonly string[]): string[] {
  const reader = createLogReader();
  return lines.flatMap((line) => {
    const entry = reader.read(line);
    return entry ? renderLine(entry).split('\n') : [];
  });
}

describe('the log', () => {
  test('shows groups with what is in them indented, and annotations by their level', () => {
    const lines = [
      'before',
      '::group::Creating machines',
      'demo-1',
      '::warning title=T::two%0Alines',
      '::endgroup::',
      '::group::One',
      '::group::Two follows at once',
      '::endgroup::',
      '::error file=a.yaml,line=3::broken',
      '::notice::by the way',
      '::debug::inside',
    ];
    expect(logOf(lines)).toEqual([
      'before',
      '▶ Creating machines',
      '  demo-1',
      '  Warning: two',
      '  lines',
      '▶ One',
      '▶ Two follows at once',
      'Error: broken',
      'Notice: by the way',
      'Debug: inside',
    ]);
  });

  test('keeps file, line and title of an annotation', () => {
    const reader = createLogReader();
    expect(reader.read('::error file=a.yaml,line=3,title=Ports::broken')?.annotation).toEqual({
      level: 'error',
      message: 'broken',
      file: 'a.yaml',
      line: 3,
      title: 'Ports',
    });
    expect(reader.read('::warning::bare')?.annotation).toEqual({
      level: 'warning',
      message: 'bare',
    });
  });

  test('takes commands for text between stop-commands and its token', () => {
    const lines = [
      '::stop-commands::Pause-1',
      '::error::not an error',
      '::other::',
      '::pause-1::',
      '::error::an error',
    ];
    expect(logOf(lines)).toEqual(['::error::not an error', '::other::', 'Error: an error']);
  });

  test('masks a value in all later lines: text, groups, annotations, and after stop-commands', () => {
    const lines = [
      'hunter2',
      '::add-mask::hunter2',
      'a hunter2 b',
      '::group::G hunter2',
      '::error::E hunter2',
      '::stop-commands::t',
      'hunter2',
    ];
    expect(logOf(lines)).toEqual(['hunter2', 'a *** b', '▶ G ***', '  Error: E ***', '  ***']);
  });

  test('masks the file and title of an annotation', () => {
    const reader = createLogReader();
    reader.read('::add-mask::hunter2');
    expect(reader.read('::error file=hunter2,title=hunter2::x')?.annotation).toMatchObject({
      file: '***',
      title: '***',
    });
  });

  test('masks each line of a value of several lines, and nothing for a blank value', () => {
    expect(
      logOf(['::add-mask::one%0Atwo%0D%0A', '::add-mask::', '::add-mask:: ', 'one, two']),
    ).toEqual(['***, ***']);
  });
});

test.each([
  ['overlapping secrets', 'abcd!', ['abc', 'bcd'], '***!'],
  ['one secret within another', 'abcd!', ['bc', 'abcd'], '***!'],
  ['side by side', 'abab', ['ab'], '******'],
  ['twice', 'ab-ab', ['ab'], '***-***'],
  ['none', 'text', [], 'text'],
])('masking: %s', (_case, text, masks, masked) => {
  expect(maskText(text, masks)).toBe(masked);
});

test('colours are there only when asked for', () => {
  const entry = { kind: 'error', text: 'broken', inGroup: true } as const;
  expect(renderLine(entry)).toBe('  Error: broken');
  expect(renderLine(entry, true)).toBe('  \x1b[31mError:\x1b[0m broken');
});
