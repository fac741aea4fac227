import { unknown, type World } from '../world.ts';
import { Failure } from './failure.ts';

// The network of a kernel as `ip` of iproute2 6.1 changes and shows it, with its words and exit
// codes: 1 from the program itself, 2 from the kernel, 255 where the arguments name nothing.

interface Link {
  readonly kind: 'loopback' | 'ether' | 'bridge' | 'veth' | 'tap';
  isUp: boolean;
  master?: string;
  /** Each with the length of its network. */
  readonly addresses: Set<string>;
  /** The other end of a cable. */
  peer?: Link;
}

type Namespace = Map<string, Link>;

export interface KernelNetwork {
  /** Gives what `ip` prints for these words. Throws `Failure`. */
  run(words: readonly string[]): string;
  /** Plugs QEMU into a tap. Throws `Failure` where it is not there to be opened. */
  open(tap: string, program: string): void;
  /** Whether the runner reaches an address behind a tap. */
  reaches(tap: string, address: string): boolean;
  /** Everything that there is, in words. */
  look(): readonly string[];
}

export function kernelNetwork(world: World): KernelNetwork {
  const runner: Namespace = new Map();
  const namespaces = new Map<string, Namespace>();
  const add = (where: Namespace, name: string, kind: Link['kind'], addresses: string[] = []) => {
    if (where.has(name)) throw new Failure('RTNETLINK answers: File exists', 2);
    const link: Link = { kind, isUp: addresses.length > 0, addresses: new Set(addresses) };
    where.set(name, link);
    return link;
  };
  add(runner, 'lo', 'loopback', ['127.0.0.1/8']);
  add(runner, 'eth0', 'ether', ['192.0.2.2/24']);

  const inside = (name: string | undefined): Namespace => {
    const found = name === undefined ? runner : namespaces.get(name);
    if (found) return found;
    throw new Failure(`Cannot open network namespace "${name}": No such file or directory`, 255);
  };
  const linkIn = (where: Namespace, name: string): Link => {
    const found = where.get(name);
    if (found) return found;
    throw new Failure(`Cannot find device "${name}"`);
  };
  const given = (name: string): Namespace => {
    const found = namespaces.get(name);
    if (found) return found;
    throw new Failure(`Error: argument "${name}" is wrong: Invalid "netns" value\n`, 255);
  };
  /** A cable goes with either end. */
  const removeLink = (link: Link) => {
    for (const where of [runner, ...namespaces.values()]) {
      for (const [name, one] of where) {
        if (one === link || one.peer === link) where.delete(name);
      }
    }
  };

  const commands: readonly (readonly [RegExp, (...words: (string | undefined)[]) => unknown])[] = [
    [
      /^netns add (\S+)$/,
      (name = '') => {
        if (namespaces.has(name)) {
          const words = `Cannot create namespace file "/run/netns/${name}": File exists`;
          throw new Failure(words);
        }
        const made: Namespace = new Map();
        add(made, 'lo', 'loopback');
        namespaces.set(name, made);
      },
    ],
    [
      /^netns delete (\S+)$/,
      (name = '') => {
        const gone = namespaces.get(name);
        if (!gone) {
          const words = `Cannot remove namespace file "/run/netns/${name}": No such file or directory`;
          throw new Failure(words);
        }
        for (const link of gone.values()) removeLink(link);
        namespaces.delete(name);
      },
    ],
    [/^netns list$/, () => [...namespaces.keys()].map((name) => `${name}\n`).join('')],
    [
      /^-json link show$/,
      () =>
        JSON.stringify(
          [...runner].map(([ifname, { isUp }]) => ({ ifname, flags: isUp ? ['UP'] : [] })),
        ),
    ],
    [
      /^-json -4 route show table all$/,
      () =>
        JSON.stringify([
          { dst: 'default', gateway: '192.0.2.1', dev: 'eth0' },
          ...[...runner].flatMap(([dev, { isUp, addresses }]) =>
            isUp ? [...addresses].map((one) => ({ dst: networkOf(one), dev })) : [],
          ),
        ]),
    ],
    [
      /^(?:-n (\S+) )?link set (\S+)(?: master (\S+))? up$/,
      (namespace, name = '', master) => {
        const where = inside(namespace);
        const link = linkIn(where, name);
        if (master !== undefined) {
          linkIn(where, master);
          link.master = master;
        }
        link.isUp = true;
      },
    ],
    [
      /^-n (\S+) link add (\S+) type bridge$/,
      (namespace, name = '') => void add(inside(namespace), name, 'bridge'),
    ],
    [
      /^link add (\S+) type veth peer name (\S+) netns (\S+)$/,
      (name = '', peerName = '', namespace = '') => {
        const where = given(namespace);
        if (where.has(peerName)) throw new Failure('RTNETLINK answers: File exists', 2);
        const link = add(runner, name, 'veth');
        const peer = add(where, peerName, 'veth');
        link.peer = peer;
        peer.peer = link;
      },
    ],
    [
      /^address add (\S+) dev (\S+)$/,
      (address = '', name = '') => {
        const { addresses } = linkIn(runner, name);
        if (addresses.has(address)) throw new Failure('Error: ipv4: Address already assigned.', 2);
        addresses.add(address);
      },
    ],
    [
      /^tuntap add dev (\S+) mode tap user \d+$/,
      (name = '') => {
        if (runner.has(name)) throw new Failure('ioctl(TUNSETIFF): Device or resource busy');
        add(runner, name, 'tap');
      },
    ],
    [
      /^link set (\S+) netns (\S+)$/,
      (name = '', namespace = '') => {
        const where = given(namespace);
        const link = linkIn(runner, name);
        if (where.has(name)) throw new Failure('RTNETLINK answers: File exists', 2);
        runner.delete(name);
        // It arrives there as it was made.
        link.isUp = false;
        where.set(name, link);
      },
    ],
    [
      /^(?:-n (\S+) )?link delete (\S+)$/,
      (namespace, name = '') => removeLink(linkIn(inside(namespace), name)),
    ],
  ];

  return {
    run: (words) => {
      const line = words.join(' ');
      for (const [pattern, change] of commands) {
        const match = pattern.exec(line);
        if (match) return String(change(...match.slice(1)) ?? '');
      }
      throw unknown(world, `ip ${line}`, 'qemu/kernel-network.ts');
    },
    open: (tap, program) => {
      if (runner.get(tap)?.kind === 'tap') return;
      const words = `could not configure /dev/net/tun (${tap}): Operation not permitted`;
      throw new Failure(`${program}: -netdev tap,id=lan,ifname=${tap}: ${words}`);
    },
    reaches: (tap, address) => {
      for (const where of namespaces.values()) {
        const { isUp, master } = where.get(tap) ?? {};
        if (!isUp || master === undefined || !where.get(master)?.isUp) continue;
        return [...where.values()].some(
          (one) =>
            one.isUp &&
            one.master === master &&
            one.peer?.isUp === true &&
            [...runner.values()].includes(one.peer) &&
            [...one.peer.addresses].some((own) => networkOf(own) === networkOf(`${address}/24`)),
        );
      }
      return false;
    },
    look: () => [
      ...[...runner.keys()].map((name) => `network interface ${name}`),
      ...[...namespaces].flatMap(([name, links]) => [
        `network namespace ${name}`,
        ...[...links.keys()].map((link) => `network interface ${link} in ${name}`),
      ]),
    ],
  };
}

/** Of an address with a length of 8, 16, 24 or 32. */
function networkOf(address: string): string {
  const [numbers = '', length] = address.split('/');
  const kept = numbers.split('.').slice(0, Number(length) / 8);
  return `${[...kept, 0, 0, 0, 0].slice(0, 4).join('.')}/${length}`;
}
