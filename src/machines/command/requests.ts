import type { PublishedPort } from '../driver.ts';
import type { Labels } from '../ownership.ts';

/** The version of the protocol, also in the variable `SWARM_UP_PROTOCOL`. */
export const PROTOCOL = 1;

interface OfCluster {
  readonly cluster: string;
  /** Id at GitHub, digits. */
  readonly repository: string;
}

/** What is made, with the labels that it has from its creation on. */
interface Making extends OfCluster {
  readonly run: string;
  /** RFC 3339. */
  readonly expires?: string | undefined;
  /** The same at each call for the same thing: a-z, 0-9 and `-`, 63 characters at most. */
  readonly name: string;
  readonly labels: Labels;
  readonly ports: readonly PublishedPort[];
}

export interface CreateRequest extends Making {
  readonly action: 'create';
  readonly host_name: string;
  readonly index: number;
  /** 2 for the attempt after one that had no room. */
  readonly attempt: number;
  /** For cloud-init. Holds the private host key. */
  readonly user_data: string;
  readonly authorized_keys: readonly string[];
  readonly host_key: { readonly private: string; readonly public: string };
}

/** What a program is asked for, as JSON on its standard input. */
export type Request =
  | CreateRequest
  | (Making & { readonly action: 'prepare' })
  /** Without a cluster, all of them. */
  | ({ readonly action: 'list' } & { readonly [key in keyof OfCluster]: string | undefined })
  | ({ readonly action: 'destroy'; readonly name: string } & OfCluster)
  | ({ readonly action: 'cleanup'; readonly name: string } & OfCluster)
  /** Only these labels are written; all others stay. */
  | ({ readonly action: 'renew'; readonly labels: Labels } & OfCluster);
