/** Why the value of an input is not right. */
export class Problem {
  readonly reason: string;
  /** The value in the message, where it is not the whole input. */
  readonly shown: string | undefined;
  constructor(reason: string, shown?: string) {
    this.reason = reason;
    this.shown = shown;
  }
}
