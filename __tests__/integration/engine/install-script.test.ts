import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { EngineSource } from '../../../src/engine/install.ts';
import { INSTALL_SCRIPT } from '../../../src/engine/install-script.ts';
import { runner } from '../../../src/exec/runner.ts';
import { docker, inside } from '../../support/engine.ts';

// Which command each distribution gets, told by programs that only write down how they were called.
// What a package manager then does is its own business; on Debian the e2e test sees it work.

const NAME = `swarm-up-install-${randomBytes(4).toString('hex')}`;

beforeAll(async () => {
  await docker(
    'run',
    '--detach',
    '--network=none',
    `--name=${NAME}`,
    '--entrypoint=sleep',
    'debian:trixie-slim',
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
  /** The same once Docker's repository is there. */
  readonly dockers?: Readonly<Record<string, string>>;
  /** Programs that fail. */
  readonly failing?: readonly string[];
  readonly source?: EngineSource;
}

const LIST = '/etc/apt/sources.list.d/docker.list';
const policy = (candidates: Readonly<Record<string, string>>) =>
  Object.entries(candidates)
    .map(([name, version]) => `[ "$2" != ${name} ] || echo "  Candidate: ${version}"`)
    .join('\n');

/**
 * Runs the script on a host that has nothing but these programs, where no dockerd answers. Gives
 * what it called and what it printed.
 */
async function install(distribution: Distribution) {
  const { release, programs, candidates = {}, dockers = {}, failing = [], source } = distribution;
  await inside(
    NAME,
    `rm -rf /stubs /calls ${LIST} /etc/yum.repos.d; mkdir -p /stubs; touch /calls
    for real in sed mkdir rm sleep sh dpkg; do ln -s "$(command -v $real)" /stubs/$real; done
    for program in docker ${programs.join(' ')}; do
      printf '#!/bin/sh\\necho "$(/usr/bin/basename $0) $*" >>/calls\\n' >/stubs/$program
    done
    for program in docker ${failing.join(' ')}; do echo 'exit 1' >>/stubs/$program; done
    cat >/stubs/apt-cache <<'END'
#!/bin/sh
${policy(candidates)}
[ -e ${LIST} ] || exit 0
${policy(dockers)}
END
    chmod +x /stubs/*
    printf '%s\\n' '${release}' >/etc/os-release`,
  );
  const argv = ['docker', 'exec', '-i', NAME, '/usr/bin/env', 'PATH=/stubs', '/bin/sh'] as const;
  const words = source ? ['sh', source] : [];
  const { exitCode, stdout, stderr } = await runner.run([...argv, '-c', INSTALL_SCRIPT, ...words], {
    anyExitCode: true,
  });
  const calls = (await inside(NAME, 'cat /calls')).split('\n');
  return {
    calls: calls.filter((call) => !call.startsWith('docker ')),
    did: stdout.trim().split('\n'),
    said: stderr.trim(),
    exitCode,
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
    "Fedora, from Docker's repository",
    { release: 'ID=fedora', programs: ['dnf', 'curl', 'service'], source: 'docker' },
    [
      `curl -fsSL --retry 3 ${SITE}/fedora/docker-ce.repo -o /etc/yum.repos.d/docker-ce.repo`,
      'dnf -y install docker-ce docker-ce-cli containerd.io',
      'service docker start',
    ],
  ],
  [
    'Amazon Linux, from its own',
    { release: 'ID="amzn"', programs: ['dnf', 'service'], source: 'distribution' },
    ['dnf -y install docker', 'service docker start'],
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

const DEBIAN = 'ID=debian\nVERSION_CODENAME=bookworm\nPRETTY_NAME="Debian GNU/Linux 12"';
const OWN = { 'docker.io': '20.10.24+dfsg1-1' };
const DOCKERS = { 'docker-ce': '5:28.0.1-1~debian' };

test.each<[string, Readonly<Record<string, string>>, RegExp, EngineSource | undefined]>([
  [
    'its own package',
    { 'docker.io': '20.10.24+dfsg1-1', 'docker-ce': '(none)', 'docker-cli': '(none)' },
    /install --no-install-recommends docker\.io ca-certificates$/m,
    undefined,
  ],
  [
    'its own packages, where the client is another',
    { 'docker.io': '26.1.5+dfsg1-9', 'docker-cli': '26.1.5+dfsg1-9' },
    /install --no-install-recommends docker\.io ca-certificates docker-cli$/m,
    undefined,
  ],
  [
    "Docker's packages, where its repository is set up",
    { ...OWN, ...DOCKERS },
    /^(?!.*curl)[\s\S]*install --no-install-recommends docker-ce docker-ce-cli containerd\.io$/m,
    undefined,
  ],
  [
    "Docker's repository, where its own package is too old",
    { 'docker.io': '18.09.1+dfsg1-7.1' },
    /curl -fsSL --retry 3 https:.*linux\/debian\/gpg -o [\s\S]*install --no-install-recommends docker-ce docker-ce-cli containerd\.io$/m,
    undefined,
  ],
  [
    "Docker's repository, where that is asked for",
    OWN,
    /curl -fsSL --retry 3 https:.*linux\/debian\/gpg -o [\s\S]*install --no-install-recommends docker-ce docker-ce-cli containerd\.io$/m,
    'docker',
  ],
  [
    "its own package where that is asked for, also where Docker's repository is set up",
    { ...OWN, ...DOCKERS },
    /install --no-install-recommends docker\.io ca-certificates$/m,
    'distribution',
  ],
])('Debian takes %s', async (_name, candidates, calls, source) => {
  const there = { release: DEBIAN, programs: APT, candidates, dockers: DOCKERS };
  const seen = await install({ ...there, ...(source && { source }) });
  expect(seen.calls.join('\n')).toMatch(calls);
  expect(seen.did[0]).toBe('began');
  expect(seen.did.at(-2)).toMatch(
    /^did installed docker.* package manager of Debian GNU\/Linux 12$/,
  );
  expect(seen.did.at(-1)).toBe('did started the service docker');
});

test('a host without a package manager that is known is told so', async () => {
  expect(await install({ release: 'ID=arch', programs: ['pacman'] })).toMatchObject({
    exitCode: 1,
    said: expect.stringMatching(/none of the package managers apt-get/),
  });
});

test.each<[string, Distribution, string]>([
  [
    "Docker's repository cannot be reached",
    { release: DEBIAN, programs: APT, candidates: OWN, failing: ['curl'], source: 'docker' },
    `Docker's repository does not give ${SITE}/debian/gpg.`,
  ],
  [
    "Docker's repository has nothing for this release",
    { release: DEBIAN, programs: APT, candidates: OWN, source: 'docker' },
    `Docker's repository ${SITE}/debian has no docker-ce for bookworm, or cannot be read.`,
  ],
  [
    'its own package is too old',
    {
      ...{ release: DEBIAN, programs: APT, dockers: DOCKERS, source: 'distribution' },
      candidates: { 'docker.io': '18.09.1+dfsg1-7.1' },
    },
    'The repositories of Debian GNU/Linux 12 that can be reached have no docker.io of 20.10 or newer, but 18.09.1+dfsg1-7.1.',
  ],
  [
    'its mirrors cannot be reached',
    { release: DEBIAN, programs: APT, dockers: DOCKERS, source: 'distribution' },
    'The repositories of Debian GNU/Linux 12 that can be reached have no docker.io of 20.10 or newer, but none.',
  ],
  [
    'the distribution has none of its own',
    { release: 'ID=rocky', programs: ['dnf', 'curl'], source: 'distribution' },
    "rocky has no package of Docker Engine, only Docker's repository has.",
  ],
  ...(['amzn dnf', 'opensuse-leap zypper', 'alpine apk'] as const).map(
    (words): [string, Distribution, string] => {
      const [id = '', program = ''] = words.split(' ');
      return [
        `Docker has none for ${id}`,
        { release: `ID=${id}`, programs: [program], source: 'docker' },
        `Docker's repository has no packages for ${id}, only the distribution has.`,
      ];
    },
  ),
])('nothing is installed where %s, and that is said', async (_name, distribution, words) => {
  const { exitCode, said, did, calls } = await install(distribution);
  expect({ exitCode, did, said: said.split('\n').at(-1) }).toEqual({
    ...{ exitCode: 1, did: ['began'] },
    said: words,
  });
  expect(calls.join('\n')).not.toMatch(/docker-ce\b|docker\.io|install docker|add docker/);
  // A repository that cannot be read would break every later update of the host.
  expect(await inside(NAME, `[ ! -e ${LIST} ] && echo gone`)).toBe('gone');
});
