import * as z from 'zod';
import type { Bounds, CloudClient } from '../../cloud/cloud-client.ts';
import { isCode } from '../../cloud/cloud-error.ts';
import type { Ec2Clients } from './ec2-clients.ts';

/** How much of something an account may have in a region. */
export interface Quota {
  readonly value: number;
  /** `Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances`. */
  readonly name: string;
}

/** What is read of Service Quotas' answers. */
const quotaAnswer = z
  .object({ Quota: z.object({ Value: z.number(), QuotaName: z.string() }) })
  .transform(({ Quota: { Value, QuotaName } }): Quota => ({ value: Value, name: QuotaName }));

const onDemand = z.object({
  priceDimensions: z.record(
    z.string(),
    z.object({ unit: z.string(), pricePerUnit: z.record(z.string(), z.string()) }),
  ),
});

/** A product of the Price List, which comes as a text of its own. */
const product = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('a product that is no JSON');
      return z.NEVER;
    }
  })
  .pipe(z.object({ terms: z.object({ OnDemand: z.record(z.string(), onDemand).default({}) }) }))
  .transform(({ terms }) =>
    Object.values(terms.OnDemand)
      .flatMap(({ priceDimensions }) => Object.values(priceDimensions))
      .filter(({ unit }) => unit === 'Hrs')
      .map(({ pricePerUnit }) => Number(pricePerUnit.USD)),
  );

const productsAnswer = z.object({ PriceList: z.array(product) });

/** What an account may have, and what things cost. Rights of their own; a question each. */
export type AccountApi = ReturnType<typeof accountApi>;

/** The questions with the limits of one piece of work. They throw as `CloudClient.call` does. */
export function accountApi({ quotas, prices }: Ec2Clients, region: string) {
  return {
    /**
     * A quota of EC2 by its code, as it applies to the account, or else as AWS gives it to everybody:
     * for some quotas AWS tells no more.
     */
    quota: async (code: string, bounds: Bounds): Promise<Quota> => {
      const parameters = { ServiceCode: 'ec2', QuotaCode: code };
      try {
        return await ask(quotas, 'GetServiceQuota', parameters, quotaAnswer, bounds);
      } catch (error) {
        if (!isCode(error, 'NoSuchResource')) throw error;
        return await ask(quotas, 'GetAWSDefaultServiceQuota', parameters, quotaAnswer, bounds);
      }
    },

    /**
     * What an instance of the type costs an hour in the region with Linux, on demand, in USD;
     * undefined if AWS tells none.
     */
    hourlyPrice: async (type: string, bounds: Bounds): Promise<number | undefined> => {
      if (!prices) return undefined;
      const parameters = {
        ...{ ServiceCode: 'AmazonEC2', FormatVersion: 'aws_v1', MaxResults: 100 },
        Filters: filtersOf({ ...LINUX, instanceType: type, regionCode: region }),
      };
      const { PriceList } = await ask(prices, 'GetProducts', parameters, productsAnswer, bounds);
      const all = PriceList.flat().filter((price) => price > 0);
      return all.length > 0 ? Math.max(...all) : undefined;
    },
  };
}

/** What the instances of the driver are, in the words of the Price List. */
const LINUX = {
  ...{ operatingSystem: 'Linux', preInstalledSw: 'NA', tenancy: 'Shared' },
  ...{ capacitystatus: 'Used', locationType: 'AWS Region' },
};

function filtersOf(fields: Readonly<Record<string, string>>) {
  return Object.entries(fields).map(([Field, Value]) => ({ Type: 'TERM_MATCH', Field, Value }));
}

async function ask<T>(
  client: CloudClient,
  action: string,
  parameters: object,
  answer: z.ZodType<T>,
  bounds: Bounds,
): Promise<T> {
  const query = { input: JSON.stringify(parameters) };
  return await client.call({ method: 'GET', path: `/${action}`, query, answer }, bounds);
}
