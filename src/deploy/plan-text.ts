import type { Change, Plan, ServicePlan } from './plan.ts';

const ACTIONS: Readonly<Record<ServicePlan['action'], { mark: string; note: string }>> = {
  created: { mark: '+', note: '' },
  updated: { mark: ' ', note: '' },
  recreated: { mark: '!', note: ': removed and made anew' },
  removed: { mark: '-', note: '' },
  kept: { mark: ' ', note: ': not in the file, stays' },
  unchanged: { mark: ' ', note: ': unchanged' },
  withheld: { mark: ' ', note: ': not deployed' },
};

const MARKS: Readonly<Record<Change['kind'], string>> = {
  added: '+',
  removed: '-',
  changed: '!',
  rebuilt: '!',
};

/** A plan as the lines of a diff: `+` is made, `-` goes, `!` changes. */
export function planText({
  services,
  created,
  recreated = [],
  moves = [],
  staying = [],
  waves,
}: Plan): string[] {
  return [
    ...services.flatMap(({ name, action, changes }) => {
      const { mark, note } = ACTIONS[action];
      return [`${mark} service ${name}${note}`, ...changes.map(changeLine)];
    }),
    ...recreated.map((object) => `! ${object}: removed and made anew`),
    ...moves.map((move) => `! ${move}`),
    ...created.map((object) => `+ ${object}`),
    ...staying.map((object) => `  ${object}: not in the file, stays`),
    ...(waves ? [`  in waves: ${waves.map((wave) => wave.join(', ')).join(' → ')}`] : []),
  ];
}

function changeLine({ setting, kind, item }: Change): string {
  const what = item === '' ? '' : `: ${item.replaceAll(/\s+/g, ' ')}`;
  const isSameName = kind === 'changed' || kind === 'rebuilt';
  const how = isSameName ? (item === '' ? `: ${kind}` : ` (${kind})`) : '';
  return `${MARKS[kind]}     ${setting}${what}${how}`;
}

const WORDS = [
  'created',
  'updated',
  'recreated',
  'removed',
  'kept',
  'unchanged',
  'withheld',
] as const;

/** `1 created, 2 updated, 3 unchanged`; empty where there is no service. */
export function planCounts({ services }: Plan): string {
  return WORDS.flatMap((word) => {
    const { length } = services.filter(({ action }) => action === word);
    return length === 0 ? [] : [`${length} ${word}`];
  }).join(', ');
}
