/**
 * Where AWS has the API of a service in a region (docs.aws.amazon.com, "Amazon EC2 service
 * endpoints").
 */
export function endpointOf(service: string, region: string): string {
  return `https://${service}.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}
