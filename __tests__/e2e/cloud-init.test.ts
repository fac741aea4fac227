import { beforeAll, expect, test } from '@jest/globals';
import { expiryAdditions, setExpiry } from '../../src/machines/amazonec2/expiry-timer.ts';
import { USER } from '../../src/machines/cloud/first-login.ts';
import { USER_DATA_BYTES, userData } from '../../src/machines/cloud/user-data.ts';
import { userKey } from '../../src/machines/cloud/user-key.ts';
import { waitForCloudInit } from '../../src/machines/cloud/wait-for-cloud-init.ts';
import { connectSsh } from '../../src/ssh/connect.ts';
import type { SshExecutor } from '../../src/ssh/executor.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { type BootedMachine, bootMachine } from '../support/clouds/booted-machine.ts';
import { isWhole } from '../support/sample.ts';
import { machineImage } from '../support/virtual-machines.ts';

/** Emulated, with others beside it. */
const BOOT_MS = 10 * 60_000;
const READY_MS = 10 * 60_000;
const METADATA = '169.254.169.254';

const { signal } = new AbortController();
let image = '';

beforeAll(async () => {
  image = await machineImage();
}, 20 * 60_000);

const hostKey = generateKeyPair('shop-1');
const key = userKey([], { secret: 'token-of-the-tests', repository: '4711', cluster: 'shop' });
const login = { name: 'shop-1', hostKey, authorizedKeys: key.authorizedKeys };

async function enter({ host, port }: BootedMachine): Promise<SshExecutor> {
  const hostKeys = { kind: 'pinned' as const, keys: [hostKey.publicKey] };
  const target = { name: 'shop-1', host, port, user: USER, hostKeys, ...key };
  return await connectSsh(target, { signal, timeoutMs: BOOT_MS });
}

/** A shell line as root. */
async function root(ssh: SshExecutor, line: string, stdin = ''): Promise<string> {
  const options = { stdin, timeoutMs: 300_000, signal };
  return (await ssh.run(['sudo', '-n', 'sh', '-c', line], options)).stdout.trim();
}

/** Where a line of the private host key stands. sudo writes what it runs into the journal. */
const copies = (ssh: SshExecutor) =>
  root(
    ssh,
    'grep -rlsF -f - /etc /var /run /root /home /usr/local /tmp || true',
    hostKey.privateKey.split('\n')[2],
  );
const rules = (ssh: SshExecutor) => root(ssh, 'iptables -t raw -S PREROUTING');
const CLOSED = `-P PREROUTING ACCEPT\n-A PREROUTING -d ${METADATA}/32 ! -i lo -j DROP`;

/** Whether a container gets a connection to the metadata. */
const fromContainer = async (ssh: SshExecutor) =>
  await root(
    ssh,
    `docker run --rm probe timeout 10 bash -c 'exec 3<>/dev/tcp/${METADATA}/80' >/dev/null 2>&1 && echo open || echo closed`,
  );

test(
  'a real cloud-init understands the user data of a cloud: name, keys, metadata closed to containers, and no copy of the host key; in the night also after a reboot',
  async () => {
    // With what only machines of EC2 have: they end themselves.
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString();
    const additions = expiryAdditions(inDays(2));
    const text = userData({ ...login, additions }, USER_DATA_BYTES.amazonec2);
    await using machine = await bootMachine(image, text, signal);
    const first = await enter(machine);
    const lines: string[] = [];
    const log = { info: (line: string) => lines.push(line), warning: () => {} };
    const readiness = { user: USER, image: 'test', hasEngine: true, timeoutMs: READY_MS };
    await waitForCloudInit(first, { ...readiness, signal, log });
    expect(lines).toEqual([]);

    expect(await root(first, 'hostname; cat /etc/hostname; getent hosts shop-1')).toMatch(
      /^shop-1\nshop-1\n127\.0\.1\.1 +shop-1( shop-1)?$/,
    );
    // The key of the host is the one that was sent, and it has no other.
    expect(await root(first, 'ls /etc/ssh/ssh_host_*')).toBe(
      '/etc/ssh/ssh_host_ed25519_key\n/etc/ssh/ssh_host_ed25519_key.pub',
    );
    expect(await root(first, 'sshd -T | grep -i ^passwordauth')).toBe('passwordauthentication no');
    // Neither the cloud's password nor the order to change it: nothing that is done as root fails.
    expect(await root(first, 'getent shadow root')).toBe('root:*::0::7:::');
    expect(await root(first, `ls /home; getent shadow ${USER} | cut -d: -f2`)).toBe(`${USER}\n!`);
    expect(await copies(first)).toBe('/etc/ssh/ssh_host_ed25519_key');
    expect(await root(first, 'grep -rls mailed /var/lib/cloud /run/cloud-init || true')).toBe('');

    const ending = () =>
      root(
        first,
        'systemctl is-enabled swarm-up-expiry.timer; date -d "$(systemctl show swarm-up-expiry.timer -P NextElapseUSecRealtime)" +%s',
      );
    const [enabled, ends] = (await ending()).split('\n');
    expect(enabled).toBe('enabled');
    expect(Math.abs(Number(ends) * 1_000 - Date.parse(inDays(2)))).toBeLessThan(BOOT_MS + READY_MS);
    await setExpiry(first, '2099-12-04T12:00:00Z', { signal, timeoutMs: READY_MS });
    expect(await ending()).toBe(`enabled\n${Date.parse('2099-12-04T12:00:00Z') / 1_000}`);

    expect(await rules(first)).toBe(CLOSED);
    // The machine itself is somebody who answers there; a container is a shell and its libraries.
    await root(
      first,
      `ip address add ${METADATA}/32 dev lo
      systemd-run --quiet --working-directory=/mnt python3 -m http.server --bind ${METADATA} 80
      tar -chf - -C / usr/bin/bash usr/bin/timeout $(ldd /usr/bin/bash /usr/bin/timeout | grep -o '/lib[^ ]*' | sort -u | cut -c2-) |
        docker import --change 'ENV PATH=/usr/bin' - probe >/dev/null
      curl --retry 20 --retry-connrefused --retry-delay 1 -fsS -o /dev/null http://${METADATA}/`,
    );
    expect(await fromContainer(first)).toBe('closed');
    await root(first, `iptables -t raw -D PREROUTING ! -i lo -d ${METADATA} -j DROP`);
    expect(await fromContainer(first)).toBe('open');
    await root(first, 'systemctl restart docker');
    expect(await rules(first)).toBe(CLOSED);
    expect(await fromContainer(first)).toBe('closed');
    await root(first, 'systemctl restart docker');
    expect(await rules(first)).toBe(CLOSED);

    const isNight = isWhole();
    if (isNight) await root(first, 'systemd-run --quiet --on-active=1 systemctl poweroff');
    await first.close();
    // Emulated, a second boot takes two minutes more.
    if (!isNight) return;
    await machine.startAgain();
    const second = await enter(machine);
    await waitForCloudInit(second, { ...readiness, signal, log });
    expect(lines).toEqual([]);
    expect(await root(second, 'hostname; docker info --format {{.ID}} | wc -l')).toBe('shop-1\n1');
    expect(await rules(second)).toBe(CLOSED);
    expect(await copies(second)).toBe('/etc/ssh/ssh_host_ed25519_key');
    await second.close();
  },
  40 * 60_000,
);
