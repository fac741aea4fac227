/** The quotas of vCPUs of one group of families. */
interface Codes {
  readonly families: readonly string[];
  readonly onDemand: string;
  /** Undefined if there are no spot instances of these families. */
  readonly spot: string | undefined;
}

/**
 * docs.aws.amazon.com, "Amazon EC2 On-Demand Instances" and "Spot Instance quotas": the same codes in
 * each region.
 */
const CODES: readonly Codes[] = [
  {
    families: ['a', 'c', 'd', 'h', 'i', 'im', 'is', 'm', 'r', 't', 'z'],
    ...{ onDemand: 'L-1216C47A', spot: 'L-34B43A08' },
  },
  { families: ['dl'], onDemand: 'L-6E869C2A', spot: 'L-85EED4F7' },
  { families: ['f'], onDemand: 'L-74FC7D96', spot: 'L-88CF9481' },
  { families: ['g', 'gr', 'vt'], onDemand: 'L-DB2E81BA', spot: 'L-3819A6DF' },
  { families: ['hpc'], onDemand: 'L-F7808C92', spot: undefined },
  { families: ['inf'], onDemand: 'L-1945791B', spot: 'L-B5D1601B' },
  { families: ['p'], onDemand: 'L-417A185B', spot: 'L-7212CCBC' },
  { families: ['trn'], onDemand: 'L-2C3B7624', spot: 'L-6B0D517C' },
  { families: ['u'], onDemand: 'L-43DA4232', spot: undefined },
  { families: ['x'], onDemand: 'L-7295265B', spot: 'L-E3A00192' },
];

/**
 * The code of the quota of vCPUs that an instance of the type counts for; undefined if none is known
 * for its family.
 */
export function quotaCodeOf(type: string, isSpot: boolean): string | undefined {
  const [family = ''] = /^[a-z]+/.exec(type) ?? [];
  const codes = CODES.find(({ families }) => families.includes(family));
  return isSpot ? codes?.spot : codes?.onDemand;
}
