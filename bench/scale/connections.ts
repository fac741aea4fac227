/**
 * The least that a step does with so many hosts: it logs in to each, and runs as many commands as it
 * takes to make a node of it, without looking at what they say. Started as a process of its own,
 * with the hosts in its environment.
 */
import { once } from 'node:events';
import pLimit from 'p-limit';
import { Client, type ClientChannel } from 'ssh2';
import { CONNECT_AT_ONCE as AT_ONCE } from '../../src/machines/connect.ts';

const { SCALE_ADDRESSES = '', SCALE_PORT = '', SCALE_KEY = '' } = process.env;

/** As many as a step runs on a host that joins. */
const COMMANDS = 8;

async function ask(host: string): Promise<Client> {
  const client = new Client();
  const ready = once(client, 'ready');
  client.connect({
    host,
    port: Number(SCALE_PORT),
    username: 'root',
    privateKey: SCALE_KEY,
    readyTimeout: 60_000,
  });
  await ready;
  for (let command = 0; command < COMMANDS; command += 1) await run(client);
  return client;
}

async function run(client: Client): Promise<void> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec(`exec sh -c 'echo mark; exec "$0" "$@"' docker version`, (error, opened) => {
      if (error) reject(error);
      else resolve(opened);
    });
  });
  channel.resume();
  await once(channel, 'close');
}

const limit = pLimit(AT_ONCE);
const clients = await Promise.all(SCALE_ADDRESSES.split(',').map((host) => limit(() => ask(host))));
for (const client of clients) client.end();
