import { describe, expect, test } from '@jest/globals';
import { inputEnvironment, unexpectedInputs } from '../../../script/action-file.ts';
import {
  parseEnvironmentFile,
  parseFileCommand,
  parsePathFile,
} from '../../../script/file-commands.ts';
import { inheritedEnvironment } from '../../../script/runner-environment.ts';

describe('file commands', () => {
  test.each([
    ['name=value', 'a=1\nb=2\n', { a: '1', b: '2' }],
    ['an empty value', 'a=\n', { a: '' }],
    ['blanks and equals signs in a value', 'a= x=y \n', { a: ' x=y ' }],
    ['<< in a value', 'a=b<<c\n', { a: 'b<<c' }],
    ['heredoc', 'a<<END\none\n\ntwo\nEND\nb=2\n', { a: 'one\n\ntwo', b: '2' }],
    ['heredoc without a line', 'a<<END\nEND\n', { a: '' }],
    ['heredoc that holds other forms', 'a<<END\nb=1\nc<<D\nEND', { a: 'b=1\nc<<D' }],
    ['heredoc whose delimiter has an equals sign', 'a<<E=1\nx\nE=1\n', { a: 'x' }],
    ['CRLF', 'a=1\r\nb<<E\r\nx\r\ny\r\nE\r\n', { a: '1', b: 'x\ny' }],
    ['the last of several values', 'a=1\na=2\n', { a: '2' }],
    ['nothing', '', {}],
  ])('%s', (_case, text, values) => {
    expect(parseFileCommand(text)).toEqual(values);
  });

  test.each([
    ['no name', '=1', "Invalid format '=1'. Name must not be empty"],
    ['neither form', 'abc', "Invalid format 'abc'"],
    ['no delimiter', 'a<<', 'Name must not be empty and delimiter must not be empty'],
    ['no end', 'a<<END\nx', "Matching delimiter not found 'END'"],
  ])('%s is refused', (_case, text, message) => {
    expect(() => parseFileCommand(text)).toThrow(message);
  });

  test('the environment file keeps the names of the runner and refuses NODE_OPTIONS', () => {
    expect(parseEnvironmentFile('A=1\nGITHUB_SHA=x\nrunner_temp=y\n')).toEqual({ A: '1' });
    expect(() => parseEnvironmentFile('node_options=--inspect')).toThrow('NODE_OPTIONS');
  });

  test('the folder that was added last comes first in the path', () => {
    expect(parsePathFile('/a\n\n/b\n')).toEqual(['/b', '/a']);
  });
});

describe('inputs', () => {
  const file = {
    inputs: {
      nodes: { description: '', required: false, default: '2' },
      'compose-file': { description: '', required: false, default: undefined },
      'two words': { description: '', required: false, default: 'x' },
      'job-status': { description: '', required: false, default: `\${{ job.status }}` },
    },
  };

  test('are upper-cased with blanks as _, hyphens kept, defaults filled in and evaluated', () => {
    const given = { 'Compose-File': 'a.yaml' };
    expect(inputEnvironment(file, given, { 'job.status': 'failure' })).toEqual({
      INPUT_NODES: '2',
      'INPUT_COMPOSE-FILE': 'a.yaml',
      INPUT_TWO_WORDS: 'x',
      'INPUT_JOB-STATUS': 'failure',
    });
  });

  test('an expression that is given is the caller’s text, one in a default must be known', () => {
    expect(inputEnvironment({ inputs: {} }, { a: `\${{ x }}` }, {})).toEqual({
      INPUT_A: `\${{ x }}`,
    });
    expect(() => inputEnvironment(file, {}, {})).toThrow(`\${{ job.status }}`);
  });

  test('that the action does not have are named', () => {
    expect(unexpectedInputs(file, { NODES: '1', node: '1', 'two words': '' })).toEqual(['node']);
  });
});

test('an action inherits nothing of a run around it', () => {
  const environment = {
    HOME: '/home/me',
    GITHUB_TOKEN: 'x',
    INPUT_NODES: '9',
    STATE_a: 'b',
    NODE_OPTIONS: '--inspect',
    MY_GITHUB_NAME: 'kept',
  };
  expect(inheritedEnvironment(environment)).toEqual({ HOME: '/home/me', MY_GITHUB_NAME: 'kept' });
});
