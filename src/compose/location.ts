export interface Location {
  /** Relative to the workspace where the file lies in it, as annotations want it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** The keys that lead to a value, such as `['services', 'web', 'ports', 0]`. */
export type KeyPath = readonly (string | number)[];
