// Machines of Lima for `driver: command`, on the computer of the runner (macOS or Linux).
//   create: [node, examples/command/lima.mjs, "template:debian-13"]
// The word after the program is the template. Lima has a cloud-init of its own, so a script puts the
// keys in. Machines reach each other by the network `user-v2`, the runner reaches them by a port.
// Lima keeps the script, and so the private host key, in its folder of the machine.
import { isMeant, run, serve } from './protocol.mjs';
import { records } from './records.mjs';

/** `template` is Lima's; `limactl` runs it with words and an input. */
export function programs([template], limactl, kept = records('lima')) {
  const instances = () =>
    limactl(['list', '--format', 'json'])
      .split('\n')
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const find = (name) => instances().find((one) => one.name === name);
  const privateAddress = (name) => limactl(['shell', name, 'hostname', '-I']).trim().split(' ')[0];
  return {
    create(request) {
      const { name, labels } = request;
      const kept1 = kept.find(name) ?? { name, labels };
      kept.write(kept1);
      if (!find(name)) {
        const config = { base: [template], networks: [{ lima: 'user-v2' }], mounts: [] };
        const provision = [{ mode: 'system', script: setUp(request) }];
        const text = JSON.stringify({
          ...config,
          containerd: { system: false, user: false },
          provision,
        });
        limactl(['create', '--tty=false', '--name', name, '-'], text);
      }
      if (find(name).status !== 'Running') limactl(['start', '--tty=false', name]);
      kept.write({ ...kept1, private_address: privateAddress(name) });
      return { name, address: '127.0.0.1', port: find(name).sshLocalPort, user: 'root' };
    },
    list(request) {
      const all = instances();
      const machines = kept
        .all()
        .filter(({ labels }) => isMeant(labels, request))
        .map(({ name, labels, private_address }) => {
          const there = all.find((one) => one.name === name);
          const state = there?.status === 'Running' ? 'running' : 'stopped';
          const reached = { address: '127.0.0.1', port: there?.sshLocalPort, user: 'root' };
          return { name, labels, state, private_address, ...(there && reached) };
        });
      return { machines };
    },
    destroy({ name }) {
      if (find(name)) limactl(['delete', '--force', name]);
      kept.remove(name);
      return {};
    },
    renew(request) {
      for (const one of kept.all().filter(({ labels }) => isMeant(labels, request))) {
        kept.write({ ...one, labels: { ...one.labels, ...request.labels } });
      }
      return {};
    },
  };
}

function setUp({ host_name, host_key, authorized_keys }) {
  return `#!/bin/sh
set -eu
hostnamectl set-hostname ${host_name}
install -d -m 700 /root/.ssh
cat >/root/.ssh/authorized_keys <<'KEYS'
${authorized_keys.join('\n')}
KEYS
umask 077
cat >/etc/ssh/ssh_host_ed25519_key <<'KEY'
${host_key.private.trim()}
KEY
systemctl restart ssh || systemctl restart sshd
`;
}

if (import.meta.main) {
  await serve(programs(process.argv.slice(2), (words, input) => run(['limactl', ...words], input)));
}
