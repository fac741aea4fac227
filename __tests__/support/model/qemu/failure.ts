/** A program that fails: what it writes to standard error. */
export class Failure extends Error {
  override readonly name = 'Failure';
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(`${message}\n`);
    this.exitCode = exitCode;
  }
}
