import * as z from 'zod';
import type { Bounds, CloudClient } from '../../cloud/cloud-client.ts';
import { isCode } from '../../cloud/cloud-error.ts';
import { flatParameters, type Parameter } from './flat-parameters.ts';
import { set } from './objects.ts';

/** More pages are no list, but a fault of the other side. */
const MOST_PAGES = 100;
/** EC2 gives no more of what it lists in pages, and of images any number. */
const PER_PAGE: Readonly<Record<string, number>> = {
  ...{ DescribeInstances: 1_000, DescribeSecurityGroups: 1_000, DescribeVpcs: 1_000 },
  ...{ DescribeSubnets: 1_000, DescribeInstanceTypes: 100, DescribeInstanceTypeOfferings: 1_000 },
};

type Parameters = Readonly<Record<string, Parameter>>;

/** The ways to call EC2. A question is repeated as often as it fails, and asked in a dry run, too. */
export interface Ec2Calls {
  ask<T>(action: string, parameters: Parameters, answer: z.ZodType<T>): Promise<T>;
  /** All pages of a list, which stands in the answer under `key`. */
  list<T>(
    action: string,
    key: string,
    item: z.ZodType<T>,
    parameters: Parameters,
  ): Promise<readonly T[]>;
  change<T>(
    action: string,
    parameters: Parameters,
    answer: z.ZodType<T>,
    how?: { readonly isRepeatable: boolean },
  ): Promise<T>;
  /**
   * A change as a dry run of EC2, which is a question: resolves if EC2 would do it, and throws as
   * the change would.
   */
  attempt(action: string, parameters: Parameters): Promise<void>;
}

/** How EC2 says that it would do a change: as an error, with status 412. */
const WOULD_BE_DONE = 'DryRunOperation';

/** The ways to call EC2 within these bounds. The client's `fetch` has to be `signedFetch`. */
export function ec2Calls(client: CloudClient, bounds: Bounds): Ec2Calls {
  const ask = <T>(action: string, parameters: Parameters, answer: z.ZodType<T>) => {
    const query = flatParameters(parameters);
    return client.call({ method: 'GET', path: `/${action}`, query, answer }, bounds);
  };
  return {
    ask,
    async list<T>(action: string, key: string, item: z.ZodType<T>, parameters: Parameters) {
      const answer = pageOf(key, set(item));
      const all: T[] = [];
      let token: string | undefined;
      for (let page = 1; page <= MOST_PAGES; page += 1) {
        const paged = { ...parameters, MaxResults: PER_PAGE[action], NextToken: token };
        const got = await ask(action, paged, answer);
        all.push(...got.items);
        token = got.next;
        if (!token) break;
      }
      return all;
    },
    change: (action, parameters, answer, how) => {
      const body = flatParameters(parameters);
      return client.call({ method: 'POST', path: `/${action}`, body, answer, ...how }, bounds);
    },
    async attempt(action, parameters) {
      try {
        await ask(action, { ...parameters, DryRun: true }, z.unknown());
      } catch (error) {
        if (!isCode(error, WOULD_BE_DONE)) throw error;
      }
    },
  };
}

function pageOf<T>(key: string, items: z.ZodType<readonly T[]>) {
  return z
    .looseObject({ nextToken: z.string().optional() })
    .transform((page, context): { items: readonly T[]; next: string | undefined } => {
      const found = items.safeParse(page[key]);
      if (!found.success) context.addIssue({ code: 'custom', message: found.error.message });
      return { items: found.data ?? [], next: page.nextToken };
    });
}
