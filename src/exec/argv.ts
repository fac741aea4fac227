/**
 * A command and its arguments. It stays an array until `quote` makes the one line a shell reads.
 */
export type Argv = readonly [string, ...string[]];
