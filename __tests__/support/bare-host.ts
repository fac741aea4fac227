import { runner } from '../../src/exec/runner.ts';

const IMAGE = 'localhost/swarm-up-bare-host';

/**
 * Debian with sshd and sudo, and nothing of Docker. The service script of its docker package raises
 * a limit, which a container may not do everywhere; its own file of settings, where an
 * administrator would write such a thing, leaves that out.
 */
const DOCKERFILE = `
FROM debian:trixie-slim
RUN apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends openssh-server sudo >/dev/null \\
 && echo 'ops ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/ops \\
 && echo 'ulimit() { :; }' >/etc/default/docker
CMD ["sh", "-c", "mkdir -p /run/sshd && exec /usr/sbin/sshd -D"]
`;

/**
 * Builds the image; after the first time the engine takes it from its cache. It needs Debian's
 * package mirror. Gives its name.
 */
export async function buildBareHost(): Promise<string> {
  await runner.run(['docker', 'build', '--quiet', '--tag', IMAGE, '-'], {
    stdin: DOCKERFILE,
    env: { DOCKER_BUILDKIT: '0' },
    timeoutMs: 300_000,
  });
  return IMAGE;
}
