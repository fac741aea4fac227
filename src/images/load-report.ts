import type { Executor } from '../exec/executor.ts';

/** What became of one machine's copy of the images. */
export interface LoadReport {
  readonly machine: string;
  /** Images that it got; the others were there already. */
  readonly loaded: readonly string[];
  /** How much the runner sent for them. */
  readonly bytes: number;
  /** The machine that it fetched them from; undefined if the runner sent all of them. */
  readonly from?: string | undefined;
  /** From the first byte until the machine had been asked for them, in ms. */
  readonly durationMs: number;
}

/** A report in the making. */
export interface Load {
  readonly machine: Executor;
  readonly loaded: string[];
  bytes: number;
  from?: string | undefined;
  durationMs: number;
  /**
   * For how long it could have taken more while another machine was behind, in ms: no part of what
   * it needs.
   */
  idleMs: number;
}
