import { runner } from '../../src/exec/runner.ts';
import { wholeNodeImage } from './sshd.ts';

const IMAGE = 'localhost/swarm-up-odd-host';

/** Login shells, each with a user of its own name. */
export const SHELLS = ['bash', 'dash', 'zsh', 'mksh', 'ash', 'fish', 'tcsh', 'bsd-csh'] as const;

/** A node with many login shells and sudo. */
const dockerfile = (whole: string) => `
FROM ${whole}
RUN apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \\
      bash zsh mksh busybox-static fish tcsh csh sudo >/dev/null \\
 && ln -sf /bin/busybox /bin/ash
RUN for shell in ${SHELLS.join(' ')}; do useradd -m -s "$(command -v $shell)" $shell; done
`;

/**
 * Builds the image; after the first time the engine takes it from its cache. It needs Debian's
 * package mirror then. Gives its name.
 */
export async function buildOddHost(): Promise<string> {
  await runner.run(['docker', 'build', '--quiet', '--tag', IMAGE, '-'], {
    stdin: dockerfile(await wholeNodeImage()),
    env: { DOCKER_BUILDKIT: '0' },
    timeoutMs: 300_000,
  });
  return IMAGE;
}

/** A shell line that lets the user of the test in as every user, then runs sshd. */
export const LET_IN = `for user in ${SHELLS.join(' ')}; do
  install -d -o $user -g $user -m 700 /home/$user/.ssh
  install -o $user -g $user -m 600 /root/.ssh/authorized_keys /home/$user/.ssh/authorized_keys
done; exec "$@"`;
