import { describeError } from '../../base/errors.ts';
import type { HetznerApi } from './api/hetzner-api.ts';
import type { PrimaryIp, Server } from './api/objects.ts';
import type { Work } from './api/work.ts';

/** By how much the address of a server may be older than the server, in ms. */
const APART_MS = 60_000;

type Said = (text: string) => void;

/** An address, and the server with which it came. */
interface Found {
  readonly address: PrimaryIp;
  readonly server: Server;
}

/**
 * The public addresses that came with servers. They are objects of their own, cost money of their
 * own, and have no labels: after the servers are gone, only this list knows them. One call looks at
 * fifty of them, as others of the project are listed, too.
 */
export class ServerAddresses {
  /** Id of the address -> its server. */
  readonly #servers = new Map<number, Server>();
  /** Those that end with their server, as Hetzner says. */
  readonly #ending = new Set<number>();

  /** Remembers those of servers that exist. */
  remember(servers: readonly Server[]): void {
    for (const server of servers) {
      const { ipv4, ipv6 } = server.public_net;
      for (const address of [ipv4, ipv6]) {
        if (address?.id !== undefined) this.#servers.set(address.id, server);
      }
    }
  }

  /**
   * Has each go with its server, before that is removed: whoever is killed in between leaves none
   * of which nobody knows. What cannot be set is told, and is removed by `removeFree`.
   */
  async endWithServers({ api }: Work, said: Said): Promise<void> {
    const isKnown = [...this.#servers.keys()].every((id) => this.#ending.has(id));
    if (isKnown) return;
    for (const { address, server } of (await this.#look(api, said)) ?? []) {
      if (address.assignee_id !== server.id) continue;
      const isSet = address.auto_delete || (await isDone(api.setAutoDelete(address.id), said));
      if (isSet) this.#ending.add(address.id);
    }
  }

  /**
   * Removes those that no server has any more; those that another server has, or that are older
   * than their server, are somebody's who made them for other things. Returns what stays so far,
   * but for what a server of its own still has.
   */
  async removeFree({ api }: Work, said: Said): Promise<readonly string[]> {
    if (this.#servers.size === 0) return [];
    const found = await this.#look(api, said);
    const free = found?.filter(({ address }) => address.assignee_id === null);
    for (const { address } of free ?? []) await isDone(api.deletePrimaryIp(address.id), said);
    return (free?.map(({ address }) => address.id) ?? [...this.#servers.keys()]).map(textOf);
  }

  /** Those that exist and came with a server; undefined if Hetzner does not say. */
  async #look(api: HetznerApi, said: Said): Promise<readonly Found[] | undefined> {
    try {
      return (await api.primaryIps()).flatMap((address) => {
        const server = this.#servers.get(address.id);
        return server && !isOlder(address, server) ? [{ address, server }] : [];
      });
    } catch (error) {
      said(describeError(error));
      return undefined;
    }
  }
}

/** A failure is told, and the others go on. */
async function isDone(asked: Promise<void>, said: Said): Promise<boolean> {
  try {
    await asked;
    return true;
  } catch (error) {
    said(describeError(error));
    return false;
  }
}

function textOf(id: number): string {
  return `primary IP ${id}`;
}

function isOlder(address: PrimaryIp, server: Server): boolean {
  return Date.parse(server.created) - Date.parse(address.created) > APART_MS;
}
