import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runner } from '../../src/exec/runner.ts';
import { docker, inside } from './engine.ts';
import { until } from './until.ts';

const IMAGE = 'localhost/swarm-up-registry';

/** Debian's registry, and what makes its password file and certificates. */
const DOCKERFILE = `
FROM debian:trixie-slim
RUN apt-get update -qq \\
 && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \\
      ca-certificates docker-registry apache2-utils openssl >/dev/null
`;

/** A registry with TLS by an authority of the test and one user, in a network of containers. */
export interface Registry extends AsyncDisposable {
  /** As it stands in image references. */
  readonly host: string;
  readonly user: string;
  readonly password: string;
  /** PEM of its authority, and a file with it. */
  readonly authority: string;
  readonly authorityFile: string;
}

/** Starts a registry as container `name`; `await using` removes it. */
export async function startRegistry(network: string, name: string): Promise<Registry> {
  await runner.run(['docker', 'build', '--quiet', '--tag', IMAGE, '-'], {
    stdin: DOCKERFILE,
    env: { DOCKER_BUILDKIT: '0' },
    timeoutMs: 300_000,
  });
  const user = 'ci';
  const password = 'correct horse';
  const folder = mkdtempSync(join(tmpdir(), 'registry-'));
  await docker(
    'run',
    '--detach',
    `--name=${name}`,
    `--network=${network}`,
    '--entrypoint=sh',
    IMAGE,
    '-c',
    'sleep infinity',
  );
  const address = await docker(
    'inspect',
    '--format',
    '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
    name,
  );
  const authority = await inside(
    name,
    `set -e; cd /root
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key -out ca.crt -days 2 -subj /CN=test 2>/dev/null
    openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -out csr.pem -subj /CN=registry 2>/dev/null
    echo subjectAltName=IP:${address} >san
    openssl x509 -req -in csr.pem -CA ca.crt -CAkey ca.key -CAcreateserial -out cert.pem -days 2 -extfile san 2>/dev/null
    htpasswd -Bbn ${user} '${password}' >htpasswd
    printf 'version: 0.1\\nstorage: {filesystem: {rootdirectory: /root/data}}\\nhttp: {addr: ":5000", tls: {certificate: /root/cert.pem, key: /root/key.pem}}\\nauth: {htpasswd: {realm: test, path: /root/htpasswd}}\\n' >config.yml
    docker-registry serve config.yml >/root/log 2>&1 &
    cat ca.crt`,
  );
  await until('the registry listens', async () =>
    (await inside(name, 'cat /proc/net/tcp6')).includes(':1388 '),
  );
  const authorityFile = join(folder, 'ca.crt');
  writeFileSync(authorityFile, authority);
  return {
    host: `${address}:5000`,
    user,
    password,
    authority,
    authorityFile,
    async [Symbol.asyncDispose]() {
      rmSync(folder, { recursive: true, force: true });
      await docker('rm', '--force', '--volumes', name);
    },
  };
}
