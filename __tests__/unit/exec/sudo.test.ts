import { Duplex } from 'node:stream';
import { expect, test } from '@jest/globals';
import { inTemporaryFolder, stackDeploy } from '../../../src/deploy/commands.ts';
import type { Argv } from '../../../src/exec/argv.ts';
import type { Executor } from '../../../src/exec/executor.ts';
import { isUnknownToSudo, sudoDocker, sudoProblem, withSudo } from '../../../src/exec/sudo.ts';

test.each([
  ['docker', 'docker node ls', 'sudo -n docker node ls'],
  ['docker behind env', 'env docker ps', 'env sudo -n docker ps'],
  ['docker behind env that unsets', 'env -u A -u B docker ps', 'env -u A -u B sudo -n docker ps'],
  ['docker behind env that sets', 'env A=b docker ps', 'sudo -n env A=b docker ps'],
  [
    'docker as the argument of a script',
    'sh -c "$@" x docker ps',
    'sh -c "$@" x sudo -n docker ps',
  ],
  ['another program', 'cat docker', 'cat docker'],
  ['a script', 'sh -c echo', 'sh -c echo'],
  ['env alone', 'env -u docker', 'env -u docker'],
])('%s', (_name, line, expected) => {
  const [program = '', ...rest] = line.split(' ');
  expect(sudoDocker([program, ...rest]).join(' ')).toBe(expected);
});

test('the deployment of a stack is run as root, and its folder is not', () => {
  const deploy = stackDeploy({
    stack: 'shop',
    prune: true,
    resolveImage: 'always',
    withRegistryAuth: false,
    clientMajor: 28,
    without: ['TAG'],
  });
  const [sh, , , name, ...argv] = sudoDocker(inTemporaryFolder('mark', deploy));
  expect([sh, name]).toEqual(['sh', 'swarm-up']);
  expect(argv.slice(0, 7)).toEqual(['env', '-u', 'TAG', 'sudo', '-n', 'docker', 'stack']);
});

test('an executor with sudo runs and opens', async () => {
  const seen: Argv[] = [];
  const executor: Executor & { readonly extra: string } = {
    where: 'node-1',
    extra: 'kept',
    run: async (argv) => {
      seen.push(argv);
      return { exitCode: 0, stdout: '', stderr: '' };
    },
    open: async (argv) => {
      seen.push(argv);
      return new Duplex();
    },
  };
  const sudo = withSudo(executor);
  await sudo.run(['docker', 'info']);
  await sudo.open(['docker', 'system', 'dial-stdio']);
  expect(seen).toEqual([
    ['sudo', '-n', 'docker', 'info'],
    ['sudo', '-n', 'docker', 'system', 'dial-stdio'],
  ]);
  expect(sudo.asRun?.(['sh', '-c', 'ssh one | "$@"', 'sh', 'docker', 'load'])).toEqual([
    ...['sh', '-c', 'ssh one | "$@"', 'sh', 'sudo', '-n', 'docker', 'load'],
  ]);
  expect([sudo.where, sudo.extra]).toEqual(['node-1', 'kept']);
});

test('names the path of docker where sudo does not find it', () => {
  const path = '/usr/local/bin/docker';
  expect(sudoDocker(['docker', 'info'], path)).toEqual(['sudo', '-n', path, 'info']);
  expect(sudoDocker(['env', 'A=b', 'docker', 'ps'], path)).toEqual([
    ...['sudo', '-n', 'env', 'A=b', path, 'ps'],
  ]);
  expect(sudoDocker(['sh', '-c', '"$@"', 'name', 'env', '-u', 'A', 'docker', 'ps'], path)).toEqual([
    ...['sh', '-c', '"$@"', 'name', 'env', '-u', 'A', 'sudo', '-n', path, 'ps'],
  ]);
  expect(isUnknownToSudo('sudo: docker: command not found\n')).toBe(true);
  expect(sudoProblem('sudo: docker: command not found', 'deploy')).toBeUndefined();
});

test('a right to paste names the path that docker has', () => {
  const problem = sudoProblem('sudo: a password is required', 'deploy', '/opt/bin/docker');
  expect(problem?.remedy).toContain('NOPASSWD: /opt/bin/docker');
});

test('words of sudo that are not known are told as they are, at once', () => {
  const words =
    'sudo: unable to resolve host web\nsudo: account validation failure, is your account locked?';
  expect(sudoProblem(words, 'deploy')?.reason).toBe(
    'sudo says: account validation failure, is your account locked?',
  );
});

test.each([
  ['sudo: a password is required', /asks deploy for a password$/],
  ['sudo: interactive authentication is required', /asks deploy for a password$/],
  [
    'sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required',
    /asks deploy for a password/,
  ],
  ['sudo: no tty present and no askpass program specified', /no terminal to ask at/],
  ['sudo: sorry, you must have a tty to run sudo', /wants a terminal/],
  [
    'deploy is not in the sudoers file.  This incident will be reported.',
    /deploy may not use sudo/,
  ],
  ["sudo: I'm sorry deploy. I'm afraid I can't do that", /deploy may not use sudo/],
  [
    "Sorry, user deploy is not allowed to execute '/usr/bin/docker info' as root on web.",
    /may not run docker by sudo/,
  ],
  ['sh: 1: exec: sudo: not found', /no sudo on the host/],
  ['env: \u2018sudo\u2019: No such file or directory', /no sudo on the host/],
  ['sudo: The "no new privileges" flag is set, which prevents sudo from running as root.', /flag/],
])('recognises: %s', (stderr, reason) => {
  const problem = sudoProblem(stderr, 'deploy');
  expect(problem?.reason).toMatch(reason);
  expect(problem?.remedy).toContain('usermod -aG docker deploy');
});

test('gives the lines to paste', () => {
  expect(sudoProblem('sudo: sorry, you must have a tty to run sudo', 'deploy')?.remedy).toBe(
    `Put deploy into the docker group, as root on the host:
  usermod -aG docker deploy
Or let sudo run docker without a password:
  printf '%s\\n' 'Defaults:deploy !requiretty' 'deploy ALL=(root) NOPASSWD: /usr/bin/docker' > /etc/sudoers.d/swarm-up && chmod 440 /etc/sudoers.d/swarm-up && visudo -c`,
  );
  expect(sudoProblem('sudo: not found', 'deploy')?.remedy).not.toContain('sudoers');
});

test.each([
  ['an error of docker', 'Cannot connect to the Docker daemon'],
  [
    'a name that cannot be looked up',
    'sudo: unable to resolve host web: Name or service not known',
  ],
  ['nothing', ''],
])('does not take for a refusal of sudo: %s', (_name, stderr) => {
  expect(sudoProblem(stderr, 'deploy')).toBeUndefined();
});
