import { parseArgs } from 'node:util';

/**
 * What there is before the run begins: a swarm of somebody else, one that production has formed, or
 * none, so that whoever comes first forms it.
 */
export const STARTS = ['theirs', 'production', 'together'] as const;
export type Start = (typeof STARTS)[number];

export interface ChaosArguments {
  readonly seed: number;
  readonly minutes: number;
  /** Undefined where the seed decides. */
  readonly start: Start | undefined;
}

export const USAGE = `npm run chaos -- [--seed N] [--minutes M] [--start KIND]

Previews, production, another repository, sweeps, cancels, kills and lost runners at random on one swarm of two hosts
(containers). What must hold is checked after each action and at the end.

  --seed N      Decides every choice: a whole number. Default: another one each time, which is printed.
  --minutes M   How long new actions begin, up to 600. Default: 1.
  --start KIND  What is there before: ${STARTS.join(', ')}. Default: the seed decides.
  --help        Shows this.

It runs the bundle of dist/, so run \`npm run build\` before.
Exit code: 0 all held, 1 something did not, 2 an argument is not right, 130 interrupted.`;

const MOST_MINUTES = 600;

/**
 * The arguments; `help` where they are to be explained; where one is not right, what is wrong with
 * it. Throws nothing.
 */
export function parseChaosArguments(
  argv: readonly string[],
  anySeed: () => number,
): ChaosArguments | 'help' | { readonly problem: string } {
  const given = read(argv);
  if ('problem' in given) return given;
  if (given.help) return 'help';
  const seed = given.seed === undefined ? anySeed() : whole(given.seed);
  if (seed === undefined) return { problem: `--seed ${given.seed}: not a whole number` };
  const minutes = given.minutes === undefined ? 1 : decimal(given.minutes);
  if (minutes === undefined || minutes <= 0 || minutes > MOST_MINUTES) {
    const range = `more than 0 and at most ${MOST_MINUTES}`;
    return { problem: `--minutes ${given.minutes}: not a number of minutes, ${range}` };
  }
  const start = STARTS.find((one) => one === given.start);
  if (given.start !== undefined && !start) {
    return { problem: `--start ${given.start}: not one of ${STARTS.join(', ')}` };
  }
  return { seed, minutes, start };
}

interface Given {
  readonly seed?: string | undefined;
  readonly minutes?: string | undefined;
  readonly start?: string | undefined;
  readonly help?: boolean | undefined;
}

function read(argv: readonly string[]): Given | { readonly problem: string } {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        seed: { type: 'string' },
        minutes: { type: 'string' },
        start: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values;
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function whole(text: string): number | undefined {
  const number = Number(text);
  return /^\d+$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

function decimal(text: string): number | undefined {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}
