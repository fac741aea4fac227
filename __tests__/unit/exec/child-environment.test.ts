import { describe, expect, test } from '@jest/globals';
import { childEnvironment, setsPath } from '../../../src/exec/child-environment.ts';

const OWN = { Path: 'C:\\Windows', SystemRoot: 'C:\\Windows', compose_file: 'theirs.yaml' };

describe('on Windows, where names have no case', () => {
  const of = (options: Parameters<typeof childEnvironment>[1]) =>
    childEnvironment(OWN, options, 'win32');

  test('a variable takes the place of the one that is written otherwise', () => {
    expect(of({ env: { PATH: 'C:\\docker' } })).toEqual({
      PATH: 'C:\\docker',
      SystemRoot: 'C:\\Windows',
      compose_file: 'theirs.yaml',
    });
  });

  test('one that is taken away goes, however it is written', () => {
    expect(of({ env: { COMPOSE_FILE: undefined } })).not.toHaveProperty('compose_file');
  });

  test('of two that are given the later one counts', () => {
    expect(of({ inheritEnv: false, env: { Path: 'a', PATH: 'b' } })).toEqual({ PATH: 'b' });
  });
});

describe('elsewhere', () => {
  test('names that differ in case are two variables', () => {
    const env = { PATH: '/usr/bin', COMPOSE_FILE: undefined };
    expect(childEnvironment(OWN, { env }, 'linux')).toEqual({ ...OWN, PATH: '/usr/bin' });
  });

  test('nothing is inherited where that is said', () => {
    expect(childEnvironment(OWN, { inheritEnv: false }, 'darwin')).toEqual({});
    expect(childEnvironment(OWN, { env: { A: 'b' }, inheritEnv: false }, 'linux')).toEqual({
      A: 'b',
    });
  });
});

test('PATH is set by whatever spelling', () => {
  expect([{ PATH: 'a' }, { Path: 'a' }, { PATHEXT: '.EXE' }].map(setsPath)).toEqual([
    true,
    true,
    false,
  ]);
});
