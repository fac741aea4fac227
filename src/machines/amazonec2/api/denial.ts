import type { CloudError } from '../../cloud/cloud-error.ts';

/** What the credentials may not do, by AWS's own words. */
export interface Denial {
  /** `ec2:CreateTags`, `iam:PassRole`: a call may need several rights. */
  readonly action: string | undefined;
  /** Its ARN; undefined if AWS does not name it. */
  readonly resource: string | undefined;
}

/** As EC2 says it today; without the second half, or without both, it said it before. */
const WORDS = /not authorized to perform: ([\w-]+:\w+)(?: on resource: (arn:\S+))?/;

/** Reads `… is not authorized to perform: ec2:RunInstances on resource: arn:… because …`. */
export function denialIn({ details = '' }: Pick<CloudError, 'details'>): Denial {
  const [, action, resource] = WORDS.exec(details) ?? [];
  return { action, resource };
}
