import type { Parameters } from './parameters.ts';
import { Refusal } from './refusal.ts';

/** Which member of an answer a filter is about. */
const MEMBERS: Readonly<Record<string, string>> = {
  ...{ 'vpc-id': 'vpcId', 'is-default': 'isDefault', 'subnet-id': 'subnetId' },
  ...{ 'group-id': 'groupId', 'group-name': 'groupName', 'instance-id': 'instanceId' },
  ...{ 'instance-type': 'instanceType', architecture: 'architecture', name: 'name' },
  state: 'imageState',
};

type Item = Record<string, unknown> & { tagSet?: { key: string; value: string }[] };

/** Those that all filters of a call let through. */
export function filtered<T extends object>(items: readonly T[], given: Parameters): T[] {
  const filters = (given.Filter ?? []) as unknown as { Name: string; Value: string[] }[];
  return items.filter((item) => filters.every((one) => fits(item as Item, one)));
}

function fits(item: Item, { Name, Value }: { Name: string; Value: string[] }): boolean {
  const tags = item.tagSet ?? [];
  const [, key] = /^tag:(.+)$/.exec(Name) ?? [];
  if (key !== undefined) return tags.some((tag) => tag.key === key && Value.includes(tag.value));
  if (Name === 'tag-key') return tags.some((tag) => Value.includes(tag.key));
  if (Name === 'instance-state-name')
    return Value.includes((item.instanceState as { name: string }).name);
  const member = MEMBERS[Name];
  if (!member) throw new Refusal('InvalidParameterValue', `The filter '${Name}' is invalid`);
  return Value.some((value) => isLike(String(item[member]), value));
}

function isLike(text: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(text);
}

/** As many as are asked for; the token is where the next page begins. */
export function page(key: string, all: readonly object[], given: Parameters): object {
  const from = Number(given.NextToken ?? 0);
  const to = from + Number(given.MaxResults ?? 1_000);
  return { [key]: all.slice(from, to), nextToken: to < all.length ? String(to) : undefined };
}
