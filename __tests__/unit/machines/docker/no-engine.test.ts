import { expect, test } from '@jest/globals';
import { describeError } from '../../../../src/base/errors.ts';
import { noEngine } from '../../../../src/machines/docker/no-engine.ts';

const failed = (stderr: string) => ({ exitCode: 1, stdout: 'null\n', stderr });

test('an engine that does not answer: the words of the client once, and no `null`', () => {
  const words =
    'Cannot connect to the Docker daemon at unix:///var/run/docker.sock. Is the docker daemon running?';
  const text = describeError(noEngine(failed(`${words}\n`), 'runner'));
  expect(text.split('\n')).toEqual([
    'No Docker Engine answers on the runner.',
    `  ${words}`,
    expect.stringContaining('sudo systemctl start docker'),
  ]);
});

test.each([
  'permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock: Get "http://…": dial unix /var/run/docker.sock: connect: permission denied',
  'Got permission denied while trying to connect to the Docker daemon socket',
])('a user who may not use it is told so first, with the command: %s', (words) => {
  const error = noEngine(failed(words), 'bob');
  expect(error.message).toBe('User bob may not use the Docker Engine of the runner.');
  expect(error.details).toBe(words);
  expect(error.hint).toMatch(/\n {2}sudo usermod -aG docker bob$/);
});
