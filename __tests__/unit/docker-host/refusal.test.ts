import { expect, test } from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import { isNotOpened, refusal, tunnelEnded } from '../../../src/docker-host/refusal.ts';

const DESTINATION = { node: 'node-1', remoteSocket: '/var/run/docker.sock' };
const LOG = 'channel 2: open failed: connect failed: open failed';

test.each([
  ['missing', /^There is no \/var\/run\/docker\.sock on node-1\n[\s\S]*user deploy may not look/],
  ['closed', /^User deploy of node-1 may not use [\s\S]*sudo usermod -aG docker deploy$/],
  ['dead', /^No Docker Engine answers at \/var\/run\/docker\.sock on node-1\n/],
  ['open', /^sshd on node-1 refuses to forward to [\s\S]*AllowStreamLocalForwarding local/],
])('an answer of %s, after the noise of a .bashrc', (finding, expected) => {
  const answer = `Welcome!\nfinding=${finding}\nuser=deploy\nsrw-rw---- 1 root docker\n`;
  const text = describeError(refusal(DESTINATION, answer, LOG));
  expect(text).toMatch(expected);
  expect(text).toContain('  srw-rw---- 1 root docker');
  expect(text).toContain(`  ${LOG}`);
  expect(text).not.toContain('Welcome');
});

test.each([
  ['nothing', ''],
  ['something else', 'This account is currently not available.'],
  ['an unknown word', 'finding=later\n'],
])('an answer of %s', (_name, answer) => {
  expect(describeError(refusal(DESTINATION, answer, LOG))).toMatch(
    /^\/var\/run\/docker\.sock on node-1 cannot be reached through SSH\n[\s\S]*open failed/,
  );
});

test.each([
  ['another host key', 'Host key verification failed.', /set up anew/],
  ['a key that was refused', 'deploy@h: Permission denied (publickey).', /log of the sshd/],
  ['a client from before', 'command-line: line 0: Bad configuration option: x', /newer OpenSSH/],
  ['anything else', 'Connection refused', /refused$/],
])('an ssh that ended for %s', (_name, log, expected) => {
  const text = describeError(tunnelEnded('node-1', 'ended with exit code 255', log));
  expect(text).toMatch(
    /^The SSH tunnel to node-1 could not be opened: ssh ended with exit code 255\n/,
  );
  expect(text).toContain(`  ${log}`);
  expect(text).toMatch(expected);
});

test.each([
  [LOG, true],
  ['', false],
  ['Connection to 10.0.0.4 closed by remote host.', false],
])('whether the far end opened: %j', (log, expected) => {
  expect(isNotOpened(log)).toBe(expected);
});
