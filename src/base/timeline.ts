import type { Clock } from './clock.ts';

type StageResult = 'ok' | 'failed' | 'open';

/**
 * One stage as it went. Both times are in ms; `startMs` counts from the first moment of the
 * timeline.
 */
export interface StageRecord {
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  /** `open`: not over when the record was taken, as on a cancel in mid-stage. */
  readonly result: StageResult;
  readonly note?: string | undefined;
}

export interface OpenStage {
  /** Adds what came of it, for example `3 nodes`; the last note stands. */
  note(text: string): void;
  /** Closes the stage and returns its record. Closing twice changes nothing. */
  end(result: 'ok' | 'failed'): StageRecord;
}

export interface Timeline {
  /** Opens a stage now. Stages may overlap. */
  start(name: string): OpenStage;
  /** All stages in the order of their start, the open ones with the time they have taken so far. */
  records(): readonly StageRecord[];
}

/** A timeline that begins at this moment of the clock. */
export function createTimeline(clock: Pick<Clock, 'now'>): Timeline {
  const origin = clock.now();
  const stages: (() => StageRecord)[] = [];

  return {
    start(name) {
      const startMs = clock.now() - origin;
      let note: string | undefined;
      let closed: StageRecord | undefined;
      const record = (result: StageResult): StageRecord => ({
        name,
        startMs,
        durationMs: clock.now() - origin - startMs,
        result,
        note,
      });
      stages.push(() => closed ?? record('open'));
      return {
        note(text) {
          note = text;
        },
        end(result) {
          closed ??= record(result);
          return closed;
        },
      };
    },
    records: () => stages.map((stage) => stage()),
  };
}
