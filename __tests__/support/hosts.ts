import { randomBytes } from 'node:crypto';
import { packTar } from 'modern-tar';
import { runner } from '../../src/exec/runner.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { createNodeLike } from './create-node-like.ts';
import { docker, inside } from './engine.ts';
import { NODE_IMAGE } from './sshd.ts';
import { until } from './until.ts';

/**
 * Machines as strangers set them up: sshd and dockerd, and nothing of ours on them. They are
 * containers without any of our labels.
 */
export interface Hosts extends AsyncDisposable {
  /** Their network on the engine of this machine. */
  readonly network: string;
  readonly names: readonly string[];
  readonly addresses: readonly string[];
  /** The private key that root, `deploy` and `ops` accept. */
  readonly privateKey: string;
  /** What `ssh-keyscan` would print of all of them. */
  readonly knownHosts: string;
  on(host: number, line: string): Promise<string>;
  /**
   * Makes a swarm of somebody else on a host, with a service `theirs`, for which there may be
   * options. Nothing of it is still to come afterwards.
   */
  theirSwarm(host: number, options?: string): Promise<void>;
  /**
   * What `up` could have left on a host: swarm state, networks, firewall rules, files. An engine
   * that was too slow to leave its swarm and has kept 7946 is restarted, as the action says.
   */
  state(host: number): Promise<string>;
}

/** A program of a host, by its path without the first slash. */
export interface HostFile {
  readonly name: string;
  readonly text: string;
}

/** While this file is there, no dockerd is started on a host. */
export const ENGINE_DOWN = '/run/engine-down';

/** PID 1 of a node ends with its dockerd; here it is this instead, found before the real one. */
const SUPERVISOR: HostFile = {
  name: 'usr/local/bin/dockerd',
  text: `#!/bin/sh
trap 'kill -TERM "$engine"; wait "$engine"; exit' TERM
while :; do
  /usr/sbin/dockerd "$@" &
  engine=$!
  wait "$engine"
  while [ -e ${ENGINE_DOWN} ]; do sleep 0.05; done
done
`,
};

const FREE_PORTS = `if [ "$(docker info --format '{{.Swarm.LocalNodeState}}')" = inactive ] && ss -lnt | grep -q ':7946 '; then
  engine=$(pgrep -o -f ^/usr/sbin/dockerd); kill "$engine"
  while kill -0 "$engine" 2>/dev/null; do sleep 0.05; done
  until docker info >/dev/null 2>&1; do sleep 0.05; done
fi`;

/**
 * Of what iptables-save prints, the tables that are not as the kernel makes them: an engine from 28
 * on leaves `raw` behind like that.
 */
const USED_TABLES = String.raw`awk '/^\*/ { table = $0; used = 0; next } /^COMMIT/ { if (used) print table; next } { table = table "\n" $0 } !/^:[^ ]+ ACCEPT *$/ { used = 1 }'`;

/**
 * Starts hosts; `await using` removes them with their network. `deploy` is in the docker group,
 * `ops` may use sudo. An image of `buildBareHost` has no docker: there `deploy` is in no group, and
 * no dockerd is waited for. `more` is put there before the start.
 */
export async function startHosts(
  count: number,
  bareImage?: string,
  more: readonly HostFile[] = [],
): Promise<Hosts> {
  const prefix = `hosts-${randomBytes(3).toString('hex')}`;
  const user = generateKeyPair('user');
  const names = Array.from({ length: count }, (_, at) => `${prefix}-${at + 1}`);
  await docker('network', 'create', prefix);
  const keys = names.map((name) => generateKeyPair(name));
  await Promise.all(
    names.map(async (name, at) => {
      const key = keys[at];
      if (!key) throw new Error('a key for each');
      const identity = [`--name=${name}`, `--hostname=${name}`, `--network=${prefix}`];
      await createNodeLike(identity, [bareImage ?? NODE_IMAGE]);
      const stdin = await packTar([
        file('etc/ssh/ssh_host_ed25519_key', key.privateKey),
        file('root/.ssh/authorized_keys', `${user.publicKey}\n`),
        ...[...(bareImage === undefined ? [SUPERVISOR] : []), ...more].map(({ name: path, text }) =>
          file(path, text, 0o755),
        ),
      ]);
      await runner.run(['docker', 'cp', '-', `${name}:/`], { stdin });
      await docker('start', name);
      await inside(
        name,
        `useradd -m -s /bin/bash ${bareImage === undefined ? '-G docker ' : ''}deploy; useradd -m -s /bin/bash ops
        for u in deploy ops; do mkdir -p /home/$u/.ssh; cp /root/.ssh/authorized_keys /home/$u/.ssh; chown -R $u /home/$u/.ssh; done
        ${bareImage === undefined ? 'until [ -S /var/run/docker.sock ] && docker info >/dev/null 2>&1; do sleep 0.1; done' : ''}`,
      );
    }),
  );
  const addresses = await Promise.all(
    names.map((name) =>
      docker(
        'inspect',
        '--format',
        '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}',
        name,
      ),
    ),
  );
  const on: Hosts['on'] = (host, line) => inside(`${prefix}-${host}`, line);
  return {
    network: prefix,
    names,
    addresses,
    privateKey: user.privateKey,
    knownHosts: addresses.map((address, at) => `${address} ${keys[at]?.publicKey}`).join('\n'),
    on,
    async theirSwarm(host, options = '') {
      await on(
        host,
        `docker swarm init --advertise-addr eth0 && docker service create --detach --name theirs --replicas 0 ${options} scratch`,
      );
      // The engine makes them after `init` has returned.
      await until('the networks of the swarm', async () => {
        const names = (await on(host, "docker network ls --format '{{.Name}}'")).split('\n');
        return names.includes('docker_gwbridge') && names.includes('ingress');
      });
    },
    // Each rule once: dockerd takes its jump to DOCKER-USER out and puts it in again for each
    // network, and two of these at once leave it twice.
    state: (host) =>
      on(
        host,
        `${FREE_PORTS}
        docker info --format '{{.Swarm.LocalNodeState}}'; docker network ls --format '{{.Name}} {{.Driver}}'; docker volume ls -q
        docker ps -aq; iptables-save | sed 's/\\[[0-9:]*\\]//; /^#/d' | ${USED_TABLES} | sort -u; ls -A /tmp /root /home/deploy`,
      ),
    async [Symbol.asyncDispose]() {
      await docker('rm', '--force', '--volumes', ...names);
      await docker('network', 'rm', prefix);
    },
  };
}

function file(name: string, text: string, mode = 0o600) {
  const body = new TextEncoder().encode(text);
  return { header: { name, mode, size: body.length, type: 'file' as const }, body };
}
