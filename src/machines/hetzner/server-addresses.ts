import { describeError } from '../../base/errors.ts';
import type { PrimaryIp, Server } from './api/objects.ts';
import type { Work } from './api/work.ts';

/** By how much the address of a server may be older than the server, in ms. */
const APART_MS = 60_000;

/**
 * The public addresses that came with servers. They are objects of their own, cost money of their
 * own, and have no labels: after the servers are gone, only this list knows them.
 */
export class ServerAddresses {
  /** Id of the address -> its server. */
  readonly #servers = new Map<number, Server>();

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
   * Removes those that no server has any more. Forgets those that are gone, that another server
   * has, or that are older than their server: somebody made these for other things. Returns what
   * stays so far, but for what a server of its own still has.
   */
  async removeFree({ api }: Work, said: (text: string) => void): Promise<readonly string[]> {
    const left: string[] = [];
    for (const [id, server] of this.#servers) {
      try {
        const address = await api.primaryIp(id);
        if (address?.assignee_id === server.id) continue;
        if (!address || isForeign(address, server)) this.#servers.delete(id);
        else {
          left.push(`primary IP ${id}`);
          await api.deletePrimaryIp(id);
        }
      } catch (error) {
        said(describeError(error));
        if (!left.includes(`primary IP ${id}`)) left.push(`primary IP ${id}`);
      }
    }
    return left;
  }
}

function isForeign({ created, assignee_id }: PrimaryIp, server: Server): boolean {
  const olderMs = Date.parse(server.created) - Date.parse(created);
  return assignee_id !== null || olderMs > APART_MS;
}
