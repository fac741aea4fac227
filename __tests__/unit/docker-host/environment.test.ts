import { describe, expect, test } from '@jest/globals';
import {
  contextNote,
  dockerHostVariables,
  MARKER,
  variablesBefore,
} from '../../../src/docker-host/environment.ts';

const HOST = 'unix:///tmp/x/docker.sock';

describe('the variables for the following steps', () => {
  test.each([
    ['nothing was set', {}, { DOCKER_HOST: HOST }],
    ['another engine was chosen', { DOCKER_HOST: 'tcp://a:1' }, { DOCKER_HOST: HOST }],
    [
      'TLS was asked for',
      { DOCKER_TLS_VERIFY: '1', DOCKER_TLS: '', DOCKER_CERT_PATH: '/certs' },
      { DOCKER_HOST: HOST, DOCKER_TLS_VERIFY: '' },
    ],
  ])('where %s', (_name, env, expected) => {
    const { [MARKER]: marker, ...others } = dockerHostVariables(HOST, env);
    expect(others).toEqual(expected);
    expect(marker).toBeTruthy();
  });

  test.each([
    ['nothing was set', {}, { DOCKER_HOST: '' }],
    ['another engine was chosen', { DOCKER_HOST: 'tcp://a:1' }, { DOCKER_HOST: 'tcp://a:1' }],
    [
      'TLS was asked for',
      { DOCKER_HOST: 'tcp://a:1', DOCKER_TLS_VERIFY: '1' },
      { DOCKER_HOST: 'tcp://a:1', DOCKER_TLS_VERIFY: '1' },
    ],
  ])('are undone, where %s', (_name, env, expected) => {
    const after = { ...env, ...dockerHostVariables(HOST, env) };
    expect(variablesBefore(after)).toEqual({ ...expected, [MARKER]: '' });
  });

  test.each([
    ['none was opened', {}],
    ['it was undone', { [MARKER]: '', DOCKER_HOST: 'tcp://a:1' }],
  ])('are left alone, where %s', (_name, env) => {
    expect(variablesBefore(env)).toEqual({});
  });

  test('are left alone, where the record of them is not ours', () => {
    expect(() => variablesBefore({ [MARKER]: '{"before":[1]}' })).toThrow();
  });
});

test.each([
  ['set', { DOCKER_CONTEXT: 'prod' }, /^DOCKER_CONTEXT is set to prod\./],
  ['empty', { DOCKER_CONTEXT: '' }, undefined],
  ['not set', {}, undefined],
])('a context that is %s', (_name, env, expected) => {
  const note = contextNote(env);
  if (expected) expect(note).toMatch(expected);
  else expect(note).toBeUndefined();
});
