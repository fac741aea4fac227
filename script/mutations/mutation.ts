/** A fault that is planted into a copy of the repository, to see whether the tests find it. */
export interface Mutation {
  readonly name: string;
  /** Stands in the file exactly once. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** Test files, each of which has to fail with it. */
  readonly tests: readonly string[];
}
