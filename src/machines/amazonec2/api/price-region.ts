/**
 * Where the Price List is asked for the prices of a region: the nearest of the places that AWS has
 * for it (docs.aws.amazon.com, "AWS Price List Service endpoints"). Undefined for a region of another
 * partition, whose credentials are not known there.
 */
export function priceRegionOf(region: string): string | undefined {
  if (/^(?:cn|us-gov|us-iso|eu-isoe|eusc)/.test(region)) return undefined;
  if (region.startsWith('eu-')) return 'eu-central-1';
  return region.startsWith('ap-') ? 'ap-south-1' : 'us-east-1';
}
