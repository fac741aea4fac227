import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { runner } from '../../../src/exec/runner.ts';
import { INSTALL_SCRIPT } from '../../../src/machines/install-script.ts';
import { docker, inside } from '../../support/engine.ts';
import { NODE_IMAGE } from '../../support/sshd.ts';

// Which command each distribution gets, told by programs that only write down how they were called. What a package manager then does is
// its own business; on Debian the e2e test sees it work.

const NAME = `swarm-up-install-${randomBytes(4).toString('hex')}`;

beforeAll(async () => {
  await docker(
    'run',
    '--detach',
    '--network=none',
    `--name=${NAME}`,
    '--entrypoint=sleep',
    NODE_IMAGE,
    '600',
  );
}, 60_000);

afterAll(async () => {
  await docker('rm', '--force', '--volumes', NAME);
});

interface Distribution {
  readonly release: string;
  /** The programs that it has. */
  readonly programs: readonly string[];
  /** What `apt-cache policy` prints as the candidate of a package. */
  readonly candidates?: Readonly<Record<string, string>>;
}

/** Runs the script on a host that has nothing but these programs, where no dockerd answers. Gives what it called and what it printed. */
async function install({ release, programs, candidates = {} }: Distribution) {
  const policies = Object.entries(candidates).map(
    ([name, version]) => `[ "$2" != ${name} ] || echo "  Candidate: ${version}"`,
  );
  await inside(
    NAME,
    `rm -rf /stubs /calls /etc/apt/sources.list.d/docker.list; mkdir -p /stubs; touch /calls
    for real in sed mkdir sleep sh dpkg; do ln -s "$(command -v $real)" /stubs/$real; done
    for program in docker ${programs.join(' ')}; do
      printf '#!/bin/sh\\necho "$(/usr/bin/basename $0) $*" >>/calls\\n' >/stubs/$program
    done
    echo 'exit 1' >>/stubs/docker
    cat >/stubs/apt-cache <<'END'
#!/bin/sh
${policies.join('\n')}
END
    chmod +x /stubs/*
    printf '%s\\n' '${release}' >/etc/os-release`,
  );
  const argv = ['docker', 'exec', '-i', NAME, '/usr/bin/env', 'PATH=/stubs', '/bin/sh'] as const;
  const { stdout } = await runner.run([...argv, '-c', INSTALL_SCRIPT]);
  const calls = (await inside(NAME, 'cat /calls')).split('\n');
  return {
    calls: calls.filter((call) => !call.startsWith('docker ')),
    did: stdout.trim().split('\n'),
  };
}

const SITE = 'https://download.docker.com/linux';

test.each<[string, Distribution, readonly string[]]>([
  [
    'Rocky, as CentOS',
    { release: 'ID=rocky', programs: ['dnf', 'curl', 'service'] },
    [
      `curl -fsSL --retry 3 ${SITE}/centos/docker-ce.repo -o /etc/yum.repos.d/docker-ce.repo`,
      'dnf -y install docker-ce docker-ce-cli containerd.io',
      'service docker start',
    ],
  ],
  [
    'Red Hat, with the old name of the package manager',
    { release: 'ID="rhel"', programs: ['yum', 'curl', 'service'] },
    [
      `curl -fsSL --retry 3 ${SITE}/rhel/docker-ce.repo -o /etc/yum.repos.d/docker-ce.repo`,
      'yum -y install docker-ce docker-ce-cli containerd.io',
      'service docker start',
    ],
  ],
  [
    'Fedora',
    { release: 'ID=fedora', programs: ['dnf', 'service'] },
    ['dnf -y install moby-engine', 'service docker start'],
  ],
  [
    'Amazon Linux',
    { release: 'ID="amzn"', programs: ['dnf', 'service'] },
    ['dnf -y install docker', 'service docker start'],
  ],
  [
    'openSUSE',
    { release: 'ID="opensuse-leap"', programs: ['zypper', 'service'] },
    ['zypper --non-interactive install docker', 'service docker start'],
  ],
  [
    'Alpine, with OpenRC',
    { release: 'ID=alpine', programs: ['apk', 'rc-service', 'rc-update'] },
    ['apk add docker', 'rc-update add docker default', 'rc-service docker start'],
  ],
])('%s', async (_name, distribution, calls) => {
  expect((await install(distribution)).calls).toEqual(calls);
});

const APT = ['apt-get', 'curl', 'service'];

test.each<[string, Readonly<Record<string, string>>, RegExp]>([
  [
    'its own package',
    { 'docker.io': '20.10.24+dfsg1-1', 'docker-ce': '(none)', 'docker-cli': '(none)' },
    /install --no-install-recommends docker\.io ca-certificates$/m,
  ],
  [
    'its own packages, where the client is another',
    { 'docker.io': '26.1.5+dfsg1-9', 'docker-cli': '26.1.5+dfsg1-9' },
    /install --no-install-recommends docker\.io ca-certificates docker-cli$/m,
  ],
  [
    "Docker's packages, where its repository is set up",
    { 'docker.io': '20.10.24+dfsg1-1', 'docker-ce': '5:28.0.1-1~debian' },
    /^(?!.*curl)[\s\S]*install --no-install-recommends docker-ce docker-ce-cli containerd\.io$/m,
  ],
  [
    "Docker's repository, where its own package is too old",
    { 'docker.io': '18.09.1+dfsg1-7.1' },
    /curl -fsSL --retry 3 https:.*linux\/debian\/gpg -o [\s\S]*install --no-install-recommends docker-ce docker-ce-cli containerd\.io$/m,
  ],
])('Debian takes %s', async (_name, candidates, calls) => {
  const release = 'ID=debian\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12"';
  const seen = await install({ release, programs: APT, candidates });
  expect(seen.calls.join('\n')).toMatch(calls);
  expect(seen.did[0]).toBe('began');
  expect(seen.did.at(-2)).toMatch(
    /^did installed docker.* package manager of Debian GNU\/Linux 12$/,
  );
  expect(seen.did.at(-1)).toBe('did started the service docker');
});

test('a host without a package manager that is known is told so', async () => {
  const failure = await install({ release: 'ID=arch', programs: ['pacman'] }).catch(
    (error) => error,
  );
  expect(failure.result).toMatchObject({
    exitCode: 1,
    stderr: expect.stringMatching(/none of the package managers apt-get/),
  });
});
