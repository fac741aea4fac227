/** A sentence on the cause and the next thing to try. */
export interface Cause {
  readonly cause: string;
  readonly hint: string;
}
