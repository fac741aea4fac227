import type { RegionOptions } from './instances.ts';
import type { Permissions } from './permissions.ts';
import { Refusal } from './refusal.ts';
import { REGION } from './wares.ts';

const NAMES: Readonly<Record<string, string>> = {
  'L-1216C47A': 'Running On-Demand Standard (A, C, D, H, I, M, R, T, Z) instances',
  'L-34B43A08': 'All Standard (A, C, D, H, I, M, R, T, Z) Spot Instance Requests',
};

type Input = Readonly<Record<string, unknown>>;

/** What Service Quotas and the Price List say of an account. */
export class Account {
  /** Whether Service Quotas knows only what AWS gives to everybody. */
  hasOnlyDefaults = false;
  /** What an instance costs an hour, in USD, by its type. */
  readonly prices = new Map([
    ['t3.small', '0.0240000000'],
    ['t3a.small', '0.0216000000'],
  ]);
  readonly #options: Pick<RegionOptions, 'vcpuLimit'>;

  constructor(options: Pick<RegionOptions, 'vcpuLimit'>) {
    this.#options = options;
  }

  /** Throws `Refusal` with the word of the service. */
  call(action: string, input: Input, permissions: Permissions): object {
    const message = permissions.againstQuestion(`${SERVICES[action]}:${action}`);
    if (message !== undefined) throw new Refusal('AccessDeniedException', message);
    switch (action) {
      case 'GetServiceQuota':
      case 'GetAWSDefaultServiceQuota':
        return this.#quota(String(input.QuotaCode), action === 'GetServiceQuota');
      case 'GetProducts':
        return this.#products(input.Filters as readonly Readonly<Record<string, string>>[]);
      default:
        throw new Refusal('UnknownOperationException', `The stand-in does not know ${action}`);
    }
  }

  #quota(code: string, isApplied: boolean): object {
    const name = NAMES[code];
    if (name === undefined || (isApplied && this.hasOnlyDefaults))
      throw new Refusal('NoSuchResourceException', 'The request failed because it is unknown.');
    return {
      Quota: {
        ...{ ServiceCode: 'ec2', ServiceName: 'Amazon Elastic Compute Cloud (Amazon EC2)' },
        ...{ QuotaCode: code, QuotaName: name, Value: this.#options.vcpuLimit, Unit: 'None' },
        ...{ Adjustable: true, GlobalQuota: false },
      },
    };
  }

  #products(filters: readonly Readonly<Record<string, string>>[]): object {
    const wanted = Object.fromEntries(filters.map(({ Field, Value }) => [Field, Value]));
    const USD = this.prices.get(wanted.instanceType ?? '');
    const isKnown = USD !== undefined && wanted.regionCode === REGION;
    return { FormatVersion: 'aws_v1', PriceList: isKnown ? [productText(wanted, USD)] : [] };
  }
}

const SERVICES: Readonly<Record<string, string>> = {
  GetServiceQuota: 'servicequotas',
  GetAWSDefaultServiceQuota: 'servicequotas',
  GetProducts: 'pricing',
};

/** Each product is a text of its own. */
function productText(attributes: object, USD: string): string {
  const dimension = (unit: string, price: string) => ({
    ...{ unit, beginRange: '0', endRange: 'Inf', description: `$${price} per ${unit}` },
    ...{ appliesTo: [], pricePerUnit: { USD: price } },
  });
  return JSON.stringify({
    product: { productFamily: 'Compute Instance', sku: 'TESTOFTHEPRICE00', attributes },
    serviceCode: 'AmazonEC2',
    terms: {
      OnDemand: {
        'TESTOFTHEPRICE00.JRTCKXETXF': {
          priceDimensions: { 'TESTOFTHEPRICE00.JRTCKXETXF.6YS6EN2CT7': dimension('Hrs', USD) },
          ...{ sku: 'TESTOFTHEPRICE00', effectiveDate: '2026-11-01T00:00:00Z', termAttributes: {} },
        },
      },
      Reserved: {
        'TESTOFTHEPRICE00.NQ3QZPMQV9': {
          priceDimensions: {
            'TESTOFTHEPRICE00.NQ3QZPMQV9.2TG2D8R56U': dimension('Quantity', '245.0000000000'),
          },
          termAttributes: { LeaseContractLength: '3yr', PurchaseOption: 'All Upfront' },
        },
      },
    },
    ...{ version: '20261130000000', publicationDate: '2026-11-30T00:00:00Z' },
  });
}
