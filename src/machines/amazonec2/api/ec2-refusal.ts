import { ActionError } from '../../../base/errors.ts';
import { CloudError, isCode } from '../../cloud/cloud-error.ts';
import { denialIn } from './denial.ts';

const DOCS = 'docs/drivers/amazonec2.md';
const ROOM =
  'Add a type to `instance-type` or a zone to `zone` in `driver-options`, or run this again later.';
const QUOTAS = 'console.aws.amazon.com/servicequotas/home/services/ec2/quotas';
const REMOVE = 'Remove what is not needed (`command: sweep` removes expired clusters)';

/**
 * What an error of EC2 means for the user; any other error as it is. `doing` says what failed:
 * `The instance of shop-1 could not be created`.
 */
export function ec2Refusal(error: unknown, doing: string): unknown {
  if (!(error instanceof CloudError)) return error;
  const { reason, hint } = meaningOf(error);
  return new ActionError(`${doing}: ${reason}.`, {
    details: error.details ?? error.message,
    ...(hint !== undefined && { hint }),
    cause: error,
  });
}

/** What to do if a quota of vCPUs is too small. */
export function higherQuota(region: string, code: string): string {
  return `${REMOVE}, or ask for a higher quota: https://${region}.${QUOTAS}/${code}`;
}

/** Whether EC2 has no room for such an instance there at this moment, or no such type at all. */
export function isNoCapacity(error: unknown): boolean {
  return isCode(error, ...NO_ROOM);
}

/** Whether the credentials are of no use, so that asking again with them is none either. */
export function isCredentialsRefused(error: unknown): boolean {
  return isCode(error, ...EXPIRED, ...UNKNOWN);
}

/** Whether the credentials may not do just this. */
export function isForbidden(error: unknown): error is CloudError {
  return isCode(error, 'UnauthorizedOperation', 'AccessDenied', 'AccessDeniedException');
}

/** Whether what an id names does not exist, or not yet. */
export function isUnknownId(error: unknown): error is CloudError {
  return error instanceof CloudError && /^Invalid\w+\.NotFound$/.test(error.code ?? '');
}

/** Whether the protection from being terminated is on, so that only a person can help. */
export function isProtected(error: unknown): boolean {
  return isCode(error, 'OperationNotPermitted');
}

/** States of an instance that EC2 ended itself, and codes of a refused order. */
export const NO_ROOM = [
  ...['InsufficientInstanceCapacity', 'InsufficientHostCapacity', 'InsufficientCapacity'],
  ...['InsufficientFreeAddressesInSubnet', 'Unsupported', 'UnfulfillableCapacity'],
  ...['Server.InsufficientInstanceCapacity', 'SpotMaxPriceTooLow'],
];
const EXPIRED = ['ExpiredToken', 'ExpiredTokenException', 'RequestExpired'];
const UNKNOWN = [
  ...['AuthFailure', 'InvalidClientTokenId', 'UnrecognizedClientException'],
  ...['SignatureDoesNotMatch', 'MissingAuthenticationToken', 'IncompleteSignature'],
];

interface Meaning {
  readonly reason: string;
  readonly hint?: string;
}

/** What single codes mean. */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  VcpuLimitExceeded: {
    reason: 'the quota of vCPUs of the account in this region is reached',
    hint: `${REMOVE}, or ask for a higher quota: https://${QUOTAS}`,
  },
  InstanceLimitExceeded: {
    reason: 'the quota of instances of the account in this region is reached',
    hint: `Remove what is not needed, or ask for a higher quota: https://${QUOTAS}`,
  },
  MaxSpotInstanceCountExceeded: {
    reason: 'the quota of spot instances of the account in this region is reached',
    hint: `Leave \`request-spot-instance\` out, or ask for a higher quota: https://${QUOTAS}`,
  },
  SecurityGroupLimitExceeded: {
    reason: 'the quota of security groups of the account in this region is reached',
    hint: `${REMOVE}, or ask for a higher quota: https://${QUOTAS}`,
  },
  RulesPerSecurityGroupLimitExceeded: {
    reason: 'the security group has no room for so many ports and sources',
    hint: 'Publish fewer ports, or ports in a row, or give fewer `firewall-sources`.',
  },
  OptInRequired: {
    reason: 'the account does not use EC2 in this region',
    hint: 'Give another `region`, or enable this one in the account settings at AWS.',
  },
  PendingVerification: {
    reason: 'AWS still verifies the account for this region',
    hint: 'AWS writes a mail when it is done, mostly within minutes. Run this again then.',
  },
  VPCIdNotSpecified: {
    reason: 'the region has no default VPC',
    hint: 'Give `vpc-id` or `subnet-id` in `driver-options`, or make a default VPC: `aws ec2 create-default-vpc`.',
  },
  DependencyViolation: {
    reason: 'something else still uses it',
    hint: 'See what it is (a network interface, another security group), and run this again.',
  },
  OperationNotPermitted: {
    reason: 'it is protected from termination',
    hint: 'Switch its termination protection off in the console, and run this again.',
  },
};

function meaningOf(error: CloudError): Meaning {
  const action = error.call.split('/').at(-1) ?? '';
  const { code = '' } = error;
  const known = MEANINGS[code];
  if (known) return known;
  if (EXPIRED.includes(code))
    return {
      reason: 'the credentials have expired',
      hint: 'Give `role-duration-seconds` to `aws-actions/configure-aws-credentials`, as long as the whole job may take. The role has to allow it (its maximum session duration). What is left is removed by `command: down`, or by a sweep.',
    };
  if (UNKNOWN.includes(code))
    return {
      reason: 'AWS does not accept the credentials',
      hint: 'Check the role or the keys, and the clock of the runner. A region that is not enabled for the account refuses them, too.',
    };
  if (isForbidden(error)) return forbidden(error, action);
  if (isNoCapacity(error)) return { reason: 'AWS has no room for it at this moment', hint: ROOM };
  if (/^InvalidAMIID/.test(code))
    return {
      reason: 'AWS has no such image in this region',
      hint: 'An AMI has another id in each region. Give that of this region as `image`.',
    };
  return unnamed(error, action);
}

/** A call that makes something with tags also needs the right to give them, and so on. */
function forbidden(error: CloudError, action: string): Meaning {
  const { action: right = `ec2:${action}` } = denialIn(error);
  return {
    reason: `the credentials may not do ${right}`,
    hint: `Add ${right} to the policy of the role. ${DOCS} has the whole policy.`,
  };
}

function unnamed(error: CloudError, action: string): Meaning {
  const { httpStatus, code, details = '' } = error;
  if (httpStatus !== undefined)
    return { reason: `${action} ended with ${code ?? `status ${httpStatus}`}` };
  if (/ENETUNREACH|EHOSTUNREACH|ENOTFOUND|EAI_AGAIN/.test(details))
    return {
      reason: 'the runner cannot reach the API of EC2',
      hint: 'Check the spelling of `region`, and the way of the runner to the internet.',
    };
  return { reason: 'no answer from AWS' };
}
