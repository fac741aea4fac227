import { oneLine } from './markdown.ts';
import { stateWords } from './tables/state-words.ts';

/** What is known of one service while it converges. */
export interface ServiceProgress {
  readonly service: string;
  readonly state: string;
  readonly summary: string;
  readonly running: number;
  readonly desired: number;
  /** What its tasks complain about, in Docker's words. */
  readonly reasons: readonly string[];
}

/**
 * Gives the lines to print for these services at this time: one per service that changed since the
 * last call, then its new reasons.
 */
export type Progress = (elapsedMs: number, services: readonly ServiceProgress[]) => string[];

/** Begins with nothing known, so that the first call prints every service. */
export function createProgress(): Progress {
  const lastLine = new Map<string, string>();
  const saidReasons = new Map<string, ReadonlySet<string>>();
  let nameWidth = 0;

  return (elapsedMs, services) => {
    nameWidth = Math.max(nameWidth, ...services.map(({ service }) => service.length));
    const time = `[${(elapsedMs / 1_000).toFixed(1).padStart(5)} s]`;
    return services.flatMap((service) => {
      const line = lineOf(service);
      const said = saidReasons.get(service.service);
      const fresh = service.reasons.filter((reason) => !said?.has(reason));
      if (line === lastLine.get(service.service) && fresh.length === 0) return [];
      lastLine.set(service.service, line);
      saidReasons.set(service.service, new Set([...(said ?? []), ...fresh]));
      return [
        `${time}  ${service.service.padEnd(nameWidth)}  ${line}`,
        ...fresh.map((reason) => `${' '.repeat(time.length + nameWidth + 4)}${oneLine(reason)}`),
      ];
    });
  };
}

function lineOf(service: ServiceProgress): string {
  const words = oneLine(stateWords(service), 200);
  return service.state === 'failed' ? `${words} (failed)` : words;
}
