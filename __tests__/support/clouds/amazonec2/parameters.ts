import type { Given } from './form.ts';

/** What a call is given. */
export type Parameters = Readonly<Record<string, Given>>;
export type Tags = Record<string, string>;

export function list(given: Given | undefined): string[] {
  return (Array.isArray(given) ? given : []) as string[];
}

/** The security group that an order names. */
export function groupIn({ NetworkInterface }: Parameters): string | undefined {
  const [wanted] = list(NetworkInterface) as unknown as Parameters[];
  return list(wanted?.SecurityGroupId)[0];
}

export function tagsIn(given: Given | undefined): Tags {
  const all = (Array.isArray(given) ? given : []) as { Key: string; Value: string }[];
  return Object.fromEntries(all.map(({ Key, Value }) => [Key, Value]));
}

export function specified({ TagSpecification }: Parameters, kind: string): Tags {
  const all = (TagSpecification ?? []) as { ResourceType: string; Tag: Given }[];
  return tagsIn(all.find(({ ResourceType }) => ResourceType === kind)?.Tag);
}

export function tagItems(tags: Tags) {
  return Object.entries(tags).map(([key, value]) => ({ key, value }));
}
