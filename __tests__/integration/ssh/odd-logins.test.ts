import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import { describeError } from '../../../src/base/errors.ts';
import { enterEngine } from '../../../src/engine/enter.ts';
import { connectSsh } from '../../../src/ssh/connect.ts';
import { buildOddHost } from '../../support/odd-host.ts';
import { leftovers, type Sshd, startSshd } from '../../support/sshd.ts';
import { until } from '../../support/until.ts';

jest.setTimeout(120_000);

/** An answer that comes later is no answer to somebody who waits for it. */
const ANSWER_MS = 10_000;
/** How many times the time of a login may come to that on a machine that is busy. */
const SLOWER = 20;

const INFO_OF_ENGINE = {
  ...{ ServerVersion: '26.1.5', Architecture: 'x86_64' },
  Swarm: { LocalNodeState: 'inactive' },
};

/**
 * A way in which a login leads to no shell: what makes it, as root on the host, for the user `odd`;
 * and what is said of it.
 */
interface Odd {
  readonly user?: string;
  readonly setUp: string;
  readonly said: RegExp;
}

const HOME = '/home/odd';
const forced = (command: string): string =>
  `sed -i 's|^|command="${command}" |' ${HOME}/.ssh/authorized_keys`;
const inBashrc = (line: string): string =>
  `usermod -s /bin/bash odd; printf '%s\\n' '${line}' > ${HOME}/.bashrc`;
const matched = (line: string): string =>
  `printf 'Match User odd\\n  %s\\n' '${line}' > /etc/ssh/sshd_config.d/odd.conf`;
const shell = (script: string): string =>
  `printf '#!/bin/sh\\n%s\\n' '${script}' > /usr/local/bin/odd-shell; chmod 755 /usr/local/bin/odd-shell; usermod -s /usr/local/bin/odd-shell odd`;

/** A client that only root may use, with the answer of an engine. */
const client = (path: string): string =>
  `mkdir -p /opt/bin; mv /usr/bin/docker /usr/bin/docker.real; printf '#!/bin/sh\\n[ "$(id -u)" = 0 ] || { echo "permission denied while trying to connect to the Docker daemon socket" >&2; exit 1; }\\necho '"'"'${JSON.stringify(INFO_OF_ENGINE)}'"'"'\\n' > ${path}; chmod 755 ${path}`;
const environment = (variable: string): string => matched(`SetEnv ${variable}`);

const ODD: Readonly<Record<string, Odd>> = {
  'the forced command of cloud images for root, which waits': {
    setUp: `printf '#!/bin/sh\\necho "Please login as the user \\\\"ubuntu\\\\" rather than the user \\\\"odd\\\\"."; echo; sleep 10; exit 142\\n' > /tmp/please; chmod 755 /tmp/please; ${forced('/tmp/please')}`,
    said: /\(nothing began within 7.0 s\)[\s\S]*Please login as the user "ubuntu"[\s\S]*Set `ssh-user: ubuntu`/,
  },
  'a forced command that succeeds': {
    setUp: forced('echo this key is for backups'),
    said: /\(exit code 0\)\.\n {2}this key is for backups\nThis must print `ok`/,
  },
  'a forced command that answers in JSON': {
    setUp: forced("echo '{}'"),
    said: /\(exit code 0\)\.\n {2}\{\}\n/,
  },
  'a forced command that waits in silence': {
    setUp: forced('exec sleep 4797'),
    said: /\(nothing began within 7.0 s\)\.\n {2}It said nothing\./,
  },
  'a login shell that is nologin': {
    setUp: 'usermod -s /usr/sbin/nologin odd',
    said: /\(exit code 1\)\.\n {2}This account is currently not available\.\nGive odd a login shell/,
  },
  'a login shell that is false': {
    setUp: 'usermod -s /bin/false odd',
    said: /\(exit code 1\)\.\n {2}It said nothing\.\n/,
  },
  'a login shell that ends with the code of a command not found': {
    setUp: shell('echo "command not allowed: $*" >&2; exit 127'),
    said: /\(exit code 127\)\.\n {2}command not allowed: -c exec sh[\s\S]*This must print/,
  },
  'a login shell with the words of docker': {
    setUp: shell('echo "Got permission denied while trying" >&2; exit 1'),
    said: /\(exit code 1\)\.\n {2}Got permission denied/,
  },
  'a login shell that takes itself away': {
    setUp: shell('kill -9 $$'),
    said: /\(ended by SIGKILL\)/,
  },
  'start files that become another shell': {
    setUp: inBashrc('[ -x /usr/bin/zsh ] && exec zsh'),
    said: /\(exit code 0\)\.\n {2}It said nothing\.\n[\s\S]*no `exec`/,
  },
  'start files that end': { setUp: inBashrc('echo maintenance; exit 3'), said: /maintenance/ },
  'start files that ask a question and wait': {
    setUp: inBashrc('echo "Do you accept the terms?"; read -r yes < <(sleep 4796)'),
    said: /\(nothing began within 7.0 s\)\.\n {2}Do you accept the terms\?/,
  },
  'a restricted shell': {
    setUp: 'ln -sf /bin/bash /bin/rbash; usermod -s /bin/rbash odd',
    said: /exec: restricted/,
  },
  'sshd that only serves files': {
    setUp: matched('ForceCommand internal-sftp'),
    said: /This service allows sftp connections only/,
  },
  'a root directory without a shell': {
    setUp: `install -d -m 755 /srv/empty; ${matched('ChrootDirectory /srv/empty')}`,
    said: /No such file or directory|It said nothing/,
  },
  'a password that has expired': {
    setUp: 'echo odd:secret | chpasswd; chage --lastday 0 odd',
    said: /password[\s\S]*passwd odd/i,
  },
  'the shell of Windows': {
    setUp: shell('echo "exec is not recognized as an internal or external command," >&2; exit 1'),
    said: /not recognized as an internal or external command,\nSo answer Windows/,
  },
};

let image: string;
let sshd: Sshd;

beforeAll(async () => {
  image = await buildOddHost();
  sshd = await startSshd({
    image,
    // gettext takes the language of LANGUAGE in every locale but C.
    config: ['SetEnv=LANG=C.UTF-8 LANGUAGE=de'],
    instead: 'echo "Include /etc/ssh/sshd_config.d/*.conf" >> /etc/ssh/sshd_config; exec "$@"',
  });
}, 300_000);

afterAll(async () => {
  await sshd?.[Symbol.asyncDispose]();
  expect(await leftovers()).toBe('');
});

const AFRESH = `[ -e /usr/bin/docker.real ] && mv /usr/bin/docker.real /usr/bin/docker; [ -e /opt/bin/sudo ] && mv /opt/bin/sudo /usr/bin/sudo; rm -f /opt/bin/docker /etc/sudoers.d/odd /etc/nologin
pkill -u odd; userdel -rf odd 2>/dev/null; rm -f /etc/ssh/sshd_config.d/odd.conf
useradd -m -s /bin/sh odd; install -d -o odd -g odd -m 700 ${HOME}/.ssh
install -o odd -g odd -m 600 /root/.ssh/authorized_keys ${HOME}/.ssh/authorized_keys`;

/** sshd reads its settings when it starts. */
async function readAnew(): Promise<void> {
  const started = async () => (await sshd.log()).split('Server listening').length;
  const before = await started();
  await sshd.inside('kill -HUP $(pgrep -o -x sshd)');
  await until('sshd listens again', async () => (await started()) >= before + 2);
}

const OPTIONS = { signal: new AbortController().signal, timeoutMs: 30_000 };

const NO_SHELL = /^User odd may log in at node-1 .*, but the shell there runs no commands/;

async function answerOf(user: string): Promise<string> {
  const { signal } = new AbortController();
  const reconnect = { limitMs: 30_000, info: () => {}, warning: () => {} };
  const options = { signal, timeoutMs: 30_000, reconnect };
  const connected = await connectSsh(sshd.target({ user }), options).catch(describeError);
  if (typeof connected === 'string') return connected;
  await using ssh = connected;
  return await enterEngine(ssh, user, { signal, timeoutMs: 45_000 }).then(
    () => 'entered',
    describeError,
  );
}

/** Ways in which PAM lets nobody in, though the key is right. */
const CUT: Readonly<Record<string, Odd>> = {
  'an account that has expired': {
    setUp: 'chage --expiredate 1 odd',
    said: /^node-1 .* ends the connection while it judges the login of user odd\n {2}Your account has expired[\s\S]*chage -l odd/,
  },
  'a host that is closed': {
    setUp: 'echo "Down for maintenance until noon." > /etc/nologin',
    said: /judges the login of user odd\n {2}Down for maintenance until noon\./,
  },
};

/**
 * Ways in which docker is there and does not answer as it does elsewhere: in place of the engine
 * stands a client with the words of one.
 */
const DOCKER: Readonly<Record<string, Odd>> = {
  'sudo that asks for a password, in another language': {
    setUp: `${client('/usr/bin/docker')}; echo 'odd ALL=(ALL) ALL' > /etc/sudoers.d/odd`,
    said: /^odd may not use docker on node-1: sudo asks odd for a password[\s\S]*NOPASSWD: \/usr\/bin\/docker'/,
  },
  'sudo with a PATH of its own, in which docker is not': {
    setUp: `${client('/opt/bin/docker')}; printf 'Defaults secure_path=/usr/sbin:/bin\\nodd ALL=(root) NOPASSWD: /opt/bin/docker\\n' > /etc/sudoers.d/odd`,
    said: /^entered$/,
  },
  'a right of sudo to a docker that lies elsewhere': {
    setUp: `${client('/opt/bin/docker')}; printf 'Defaults secure_path=/usr/sbin:/bin\\nodd ALL=(root) NOPASSWD: /bin/true\\n' > /etc/sudoers.d/odd`,
    said: /NOPASSWD: \/opt\/bin\/docker'/,
  },
  'sudo that itself lies outside of the PATH': {
    setUp: `${client('/usr/bin/docker')}; echo 'odd ALL=(root) NOPASSWD: /usr/bin/docker' > /etc/sudoers.d/odd; mv /usr/bin/sudo /opt/bin/sudo`,
    said: /^entered$/,
  },
  'DOCKER_HOST that names another socket': {
    setUp: `${environment('DOCKER_HOST=unix:///run/user/1000/docker.sock')}`,
    said: /^docker on node-1 asks an engine that does not answer, which the variable DOCKER_HOST \(unix:\/\/\/run\/user\/1000\/docker\.sock\) has chosen\.\n {2}.*unix:\/\/\/run\/user\/1000\/docker\.sock[\s\S]*SetEnv in sshd_config/,
  },
  'a docker context that names another socket': {
    setUp: `su odd -c "docker context create rootless --docker host=unix:///run/user/1000/docker.sock && docker context use rootless"`,
    said: /which the docker context rootless has chosen\.[\s\S]*docker context use default/,
  },
};

test.each([...Object.entries(ODD), ...Object.entries(CUT), ...Object.entries(DOCKER)])(
  '%s',
  async (name, { setUp, said }) => {
    await sshd.inside(`${AFRESH}\n${setUp}`);
    await readAnew();
    const login = performance.now();
    await (await connectSsh(sshd.target(), OPTIONS)).close();
    const began = performance.now();
    const answer = await answerOf('odd');
    // A busy machine is slow in all that it does.
    const slack = SLOWER * (began - login);
    expect(performance.now() - began).toBeLessThan(ANSWER_MS + slack);
    if (name in ODD) expect(answer).toMatch(NO_SHELL);
    expect(answer).toMatch(said);
  },
);
