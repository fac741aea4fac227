import type { Given } from './form.ts';
import { REGION } from './wares.ts';

const ACCOUNT = '123456789012';
const USER = `arn:aws:sts::${ACCOUNT}:assumed-role/previews/GitHubActions`;

type Tags = Readonly<Record<string, string>>;

/** The group that a VPC has from its beginning. */
const DEFAULT_GROUP = { id: 'sg-0ddddddd', tags: {} as Tags };

/** A call that somebody asks for. */
export interface Asked {
  readonly action: string;
  readonly given: Readonly<Record<string, Given>>;
  /** Those that the call is to give to what it makes. */
  readonly tags: Tags;
  /** The security group of an order, and its tags if it exists; undefined if none is named. */
  readonly group: { readonly id: string; readonly tags: Tags | undefined } | undefined;
}

/**
 * What the policy of docs/drivers/amazonec2.md admits, as far as the stand-in needs it: an instance
 * only with a security group that has the tag of the same repository.
 */
export class Permissions {
  /** What the policy lacks, by right: the resource that AWS names; undefined if it names none. */
  readonly lacking = new Map<string, string | undefined>();

  /** What another service of AWS says against a question; undefined if it is admitted. */
  againstQuestion(right: string): string | undefined {
    if (!this.lacking.has(right)) return undefined;
    return `User: ${USER} is not authorized to perform: ${right} because no identity-based policy allows the ${right} action`;
  }

  /** What AWS says against a call; undefined if it is admitted. */
  against(asked: Asked): string | undefined {
    const lacking = rightsFor(asked).find((right) => this.lacking.has(right));
    if (lacking !== undefined) return said(lacking, this.lacking.get(lacking));
    if (asked.action !== 'RunInstances') return undefined;
    const { id, tags } = asked.group ?? DEFAULT_GROUP;
    if (tags === undefined) return undefined;
    const repository = tags['swarm-up.repository'];
    const isOwn = repository !== undefined && repository === asked.tags['swarm-up.repository'];
    return isOwn ? undefined : said('ec2:RunInstances', `security-group/${id}`);
  }
}

/** A call that makes something needs further rights for what it gives to it. */
function rightsFor({ action, given }: Asked): string[] {
  return [
    `ec2:${action}`,
    ...(given.TagSpecification ? ['ec2:CreateTags'] : []),
    ...(given.IamInstanceProfile ? ['iam:PassRole'] : []),
  ];
}

/** In AWS's words of today, and in the older ones, which name nothing. */
function said(right: string, resource: string | undefined): string {
  const start = 'You are not authorized to perform this operation.';
  const end = 'Encoded authorization failure message: 4GIOHlTkIaWHQD0Qexample';
  if (resource === undefined) return `${start} ${end}`;
  const arn = `arn:aws:${right.split(':')[0]}:${REGION}:${ACCOUNT}:${resource}`;
  return `${start} User: ${USER} is not authorized to perform: ${right} on resource: ${arn} because no identity-based policy allows the ${right} action. ${end}`;
}
