/** One HTTP request that must be answered through the nodes. */
export interface VerifyTarget {
  readonly port: number;
  /** With its leading slash. */
  readonly path: string;
  /** The status wanted; any 2xx or 3xx where none is given. */
  readonly status: number | undefined;
}

/** Reads `8080/health` or `8080/admin 401`; undefined where it is neither. */
export function parseVerify(line: string): VerifyTarget | undefined {
  const match = /^(\d{1,5})(\/\S*)?(?:\s+([1-5]\d\d))?$/.exec(line);
  const port = Number(match?.[1]);
  if (!match || port < 1 || port > 65_535) return undefined;
  return { port, path: match[2] ?? '/', status: match[3] ? Number(match[3]) : undefined };
}
