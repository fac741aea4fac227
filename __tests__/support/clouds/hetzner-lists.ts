import { type Answer, ok } from './hetzner-refusals.ts';

/** By `name` and `label_selector`, as `a=b`, `a!=b`, `a` and `!a`, joined by commas. */
export function filtered<
  T extends { readonly name: string; readonly labels: Record<string, string> },
>(things: Map<number, T>, url: URL): T[] {
  const terms = (url.searchParams.get('label_selector') ?? '').split(',').filter(Boolean);
  return matching([...things.values()], url, ['name']).filter(({ labels }) =>
    terms.every((term) => {
      const [, not, key = '', sign, value] = /^(!?)([^=!]+)(!?=)?(.*)$/.exec(term) ?? [];
      if (sign === undefined) return (labels[key] === undefined) === (not === '!');
      return (labels[key] === value) === (sign === '=');
    }),
  );
}

export function matching<T extends object>(
  things: readonly T[],
  url: URL,
  keys: readonly string[],
): T[] {
  return things.filter((thing) =>
    keys.every((key) => {
      const wanted = url.searchParams.getAll(key);
      return wanted.length === 0 || wanted.includes(String(Reflect.get(thing, key)));
    }),
  );
}

/** 25 to a page if nothing else is asked for, 50 at most. */
export function page(url: URL, kind: string, all: readonly unknown[]): Answer {
  const per_page = Math.min(50, Number(url.searchParams.get('per_page') ?? 25));
  const number = Number(url.searchParams.get('page') ?? 1);
  const last_page = Math.max(1, Math.ceil(all.length / per_page));
  const pagination = {
    ...{ page: number, per_page, last_page, total_entries: all.length },
    previous_page: number > 1 ? number - 1 : null,
    next_page: number < last_page ? number + 1 : null,
  };
  const items = all.slice((number - 1) * per_page, number * per_page);
  return ok(200, { [kind]: items, meta: { pagination } });
}
