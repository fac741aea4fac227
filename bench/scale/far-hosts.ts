import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { Connection } from 'ssh2';
import { type Engine, managed, newEngine } from '../../__tests__/support/model/engine.ts';
import { realClock, type SshLogin, sshServerOf } from '../../__tests__/support/model/ssh-host.ts';
import type { Swarm } from '../../__tests__/support/model/swarm.ts';
import { createWorld, type World } from '../../__tests__/support/model/world.ts';
import { generateKeyPair } from '../../src/ssh/keys/generate.ts';
import { distantSocket } from './distant-socket.ts';
import { type Conversation, ROUND_TRIP_MS, recordedPace } from './latencies.ts';

/** Hosts in no swarm, 50 ms away, whose engines are stand-ins. */
export interface FarHosts extends AsyncDisposable {
  /** For the inputs of the driver `ssh`. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly addresses: readonly string[];
  readonly port: number;
  /** What the first host, the manager, was asked since the last call. */
  conversation(): Conversation;
  readonly world: World;
  /** The swarm of the manager. Throws while there is none. */
  swarm(): Swarm;
  /** What was asked that the stand-ins do not know. */
  unknown(): readonly string[];
}

/**
 * Starts hosts in this process, each at its own address of the loopback network, and all at the
 * same port, as the hosts of one list have it.
 */
export async function startFarHosts(count: number): Promise<FarHosts> {
  const world = createWorld(realClock);
  const [user, host] = [generateKeyPair('user'), generateKeyPair('host')];
  const login = { hostKey: host.privateKey, user: undefined, keys: [user.publicKey] };
  const connections = new Set<Connection>();
  const numbers = Array.from(
    { length: count },
    (_, at) => `${Math.floor(at / 250)}.${(at % 250) + 1}`,
  );
  const engines = numbers.map((number, at) =>
    newEngine(world, `host-${at + 1}`, `10.77.${number}`),
  );
  const [manager] = engines;
  if (!manager) throw new Error('a host');
  const pace = recordedPace(manager);
  world.pace = pace;
  const addresses = numbers.map((number) => `127.77.${number}`);
  const servers: Server[] = [];
  let port = 0;
  for (const [at, address] of addresses.entries()) {
    const server = serve(engines[at] as Engine, login, connections);
    servers.push(server);
    server.listen(port, address);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  }
  return {
    ...{ addresses, port, world },
    swarm: () => managed(manager),
    inputs: {
      driver: 'ssh',
      hosts: addresses.join('\n'),
      'ssh-port': String(port),
      'ssh-private-key': user.privateKey,
      'ssh-known-hosts': addresses.map((one) => `[${one}]:${port} ${host.publicKey}`).join('\n'),
    },
    conversation: pace.take,
    unknown: () => world.unknown,
    [Symbol.asyncDispose]: async () => {
      for (const connection of connections) connection.end();
      await Promise.all(servers.map((server) => new Promise((done) => server.close(done))));
    },
  };
}

function serve(engine: Engine, login: SshLogin, connections: Set<Connection>): Server {
  const ssh = sshServerOf(engine, login, connections);
  return createServer({ noDelay: true }, (socket) => {
    // Of a socket it takes what every stream has.
    ssh.injectSocket(distantSocket(socket, ROUND_TRIP_MS) as Socket);
  });
}
