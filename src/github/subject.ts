/** What a comment and a deployment are about. */
export interface Subject {
  readonly cluster: string;
  /** Undefined where it is not known, or all of the cluster's are meant. */
  readonly stack: string | undefined;
}

/**
 * The first line of the subject's comment, which GitHub does not show. A cluster without a stack,
 * or whose stack is not known yet, has none in it.
 */
export function marker({ cluster, stack = '' }: Subject): string {
  return `<!-- swarm-up:${cluster}/${stack} -->`;
}

/**
 * Whether a comment is the subject's: a quotation of it, which has the marker further down, is not.
 */
export function isOf(subject: Subject, body: string): boolean {
  const { cluster, stack } = subject;
  if (stack === undefined) return body.startsWith(`<!-- swarm-up:${cluster}/`);
  // One that was made while the stack was not known becomes the stack's.
  return body.startsWith(marker(subject)) || body.startsWith(marker({ cluster, stack: undefined }));
}
