import type { Clock } from '../../../base/clock.ts';
import type { DriverLog } from '../../../base/log.ts';
import { type CloudClient, cloudClient } from '../../cloud/cloud-client.ts';
import type { Provider } from './credentials.ts';
import { endpointOf } from './endpoint-of.ts';
import { type JsonService, jsonFetch } from './json-fetch.ts';
import { priceRegionOf } from './price-region.ts';
import { signedFetch } from './signed-fetch.ts';

/** The name for messages. */
export const VENDOR = 'AWS';

/** A service beside EC2, with its name for messages. */
interface OtherService extends JsonService {
  readonly vendor: string;
  /** In its address, if it is not `service`. */
  readonly host?: string;
}

const CONNECT: OtherService = {
  ...{ vendor: VENDOR, service: 'ec2-instance-connect', target: 'AWSEC2InstanceConnectService' },
};
const QUOTAS: OtherService = {
  ...{ vendor: 'Service Quotas at AWS', service: 'servicequotas' },
  target: 'ServiceQuotasV20190624',
};
const PRICES: OtherService = {
  ...{ vendor: 'the Price List at AWS', service: 'pricing', target: 'AWSPriceListService' },
  host: 'api.pricing',
};

/** The services of AWS that the driver asks. */
export interface Ec2Clients {
  readonly ec2: CloudClient;
  /** EC2 Instance Connect. */
  readonly connect: CloudClient;
  /** Service Quotas. */
  readonly quotas: CloudClient;
  /** The Price List; undefined if AWS has none for the region. */
  readonly prices: CloudClient | undefined;
}

/** Who asks, and where. */
export interface ClientsAccess {
  readonly region: string;
  readonly credentials: Provider;
  /** In place of those of AWS. */
  readonly endpoint: string | undefined;
  readonly log: DriverLog;
  readonly clock: Clock;
  /** In a dry run: EC2 is asked nothing that changes something. */
  readonly readsOnly?: boolean;
  /** From 0 to 1. */
  readonly random?: () => number;
}

/** The clients of one region. */
export function ec2Clients(access: ClientsAccess): Ec2Clients {
  const { region, credentials, endpoint, readsOnly, ...rest } = access;
  const shared = { ...rest, token: undefined };
  const json = ({ vendor, host, ...service }: OtherService, where = region) =>
    cloudClient({
      ...{ ...shared, vendor, endpoint: endpoint ?? endpointOf(host ?? service.service, where) },
      fetch: jsonFetch(service, { region: where, credentials }),
    });
  const priceRegion = priceRegionOf(region);
  return {
    ec2: cloudClient({
      ...{ ...shared, vendor: VENDOR, endpoint: endpoint ?? endpointOf('ec2', region) },
      ...{ fetch: signedFetch({ region, credentials }), ...(readsOnly && { readsOnly }) },
    }),
    connect: json(CONNECT),
    quotas: json(QUOTAS),
    prices: priceRegion === undefined ? undefined : json(PRICES, priceRegion),
  };
}
