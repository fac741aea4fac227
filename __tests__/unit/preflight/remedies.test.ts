import { expect, test } from '@jest/globals';
import { type Firewall, firewallOf, openCommands } from '../../../src/preflight/firewall.ts';
import { SWARM_PORTS } from '../../../src/preflight/ports.ts';
import {
  installModules,
  newEngineId,
  newMachineId,
  openPorts,
  renameHost,
} from '../../../src/preflight/remedies.ts';
import { host } from '../../support/preflight-hosts.ts';

const gossip = SWARM_PORTS.filter(({ port }) => port !== 2377);

test.each<[Firewall, string[]]>([
  [
    'ufw',
    [
      'ufw allow proto tcp from 10.0.0.5 to any port 7946',
      'ufw allow proto udp from 10.0.0.5 to any port 7946,4789',
    ],
  ],
  [
    'firewalld',
    [
      `firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="10.0.0.5" port port="7946" protocol="tcp" accept'`,
      `firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="10.0.0.5" port port="7946" protocol="udp" accept'`,
      `firewall-cmd --permanent --add-rich-rule='rule family="ipv4" source address="10.0.0.5" port port="4789" protocol="udp" accept'`,
      'firewall-cmd --reload',
    ],
  ],
  [
    'iptables',
    [
      'iptables -I INPUT -p tcp -s 10.0.0.5 -m multiport --dports 7946 -j ACCEPT',
      'iptables -I INPUT -p udp -s 10.0.0.5 -m multiport --dports 7946,4789 -j ACCEPT',
    ],
  ],
  [
    'nft',
    [
      "nft insert rule inet filter input ip saddr 10.0.0.5 tcp dport '{ 7946 }' accept",
      "nft insert rule inet filter input ip saddr 10.0.0.5 udp dport '{ 7946, 4789 }' accept",
    ],
  ],
  ['none', []],
])('%s lets one host in at exactly the missing ports', (firewall, commands) => {
  expect(openCommands(firewall, gossip, ['10.0.0.5'])).toEqual(commands);
});

const manager = SWARM_PORTS.slice(0, 1);

test.each<[Firewall, string, string]>([
  ['ufw', 'fd00::5', 'ufw allow proto tcp from fd00::5 to any port 2377'],
  [
    'iptables',
    'fd00::5',
    'ip6tables -I INPUT -p tcp -s fd00::5 -m multiport --dports 2377 -j ACCEPT',
  ],
  [
    'nft',
    'fd00::5',
    "nft insert rule inet filter input ip6 saddr fd00::5 tcp dport '{ 2377 }' accept",
  ],
  ['ufw', 'db.example', 'ufw allow proto tcp from any to any port 2377'],
  ['firewalld', 'db.example', 'firewall-cmd --permanent --add-port=2377/tcp'],
])('%s for %s', (firewall, source, command) => {
  expect(openCommands(firewall, manager, [source])[0]).toBe(command);
});

test.each<[string, string[], string[], Firewall]>([
  ['ufw that is on', ['ufw'], ['ufw', 'iptables'], 'ufw'],
  ['ufw that is off', [], ['ufw', 'iptables'], 'iptables'],
  ['firewalld', ['firewalld'], ['firewall-cmd', 'nft'], 'firewalld'],
  ['nft alone', [], ['nft'], 'nft'],
  ['nothing', [], [], 'none'],
])('which firewall a host has: %s', (_, firewalls, tools, firewall) => {
  expect(firewallOf({ firewalls: new Set(firewalls), tools: new Set(tools) })).toBe(firewall);
});

test('where the host has no firewall it is the network', () => {
  expect(openPorts(host('a', { tools: new Set() }), manager, ['10.0.0.5'])).toBe(
    'On the way to a, the firewall of its provider or network (security group) must let 2377/tcp in from 10.0.0.5.',
  );
});

test.each([
  ['the name it goes by', 'db', 'localhost', 'hostnamectl set-hostname db'],
  ['an address', '10.0.0.5', 'localhost', 'hostnamectl set-hostname <name>'],
  ['the name that is taken', 'db', 'db', 'hostnamectl set-hostname <name>'],
])('a new host name: %s', (_, name, hostName, command) => {
  expect(renameHost(host(name, { hostName }))).toContain(
    `  ${command}\n  systemctl restart docker`,
  );
});

test.each([
  ['apt-get', 'apt-get install "linux-modules-extra-$(uname -r)"'],
  ['dnf', 'dnf install "kernel-modules-$(uname -r)"'],
  ['apk', 'modprobe --all ip_vs vxlan'],
])('modules by %s', (tool, command) => {
  const remedy = installModules(host('a', { tools: new Set([tool]) }), ['ip_vs', 'vxlan']);
  expect(remedy.split('\n')[1]).toBe(`  ${command}`);
});

test('new ids', () => {
  expect(newMachineId('a')).toContain('\n  systemd-machine-id-setup\n  reboot');
  expect(newEngineId('a')).toContain('\n  rm -f /etc/docker/key.json /var/lib/docker/engine-id\n');
});
