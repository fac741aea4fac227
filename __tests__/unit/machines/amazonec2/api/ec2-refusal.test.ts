import { expect, test } from '@jest/globals';
import {
  ec2Refusal,
  isCredentialsRefused,
  isForbidden,
  isNoCapacity,
  isUnknownId,
} from '../../../../../src/machines/amazonec2/api/ec2-refusal.ts';
import { CloudError } from '../../../../../src/machines/cloud/cloud-error.ts';

const errorOf = (
  code: string | undefined,
  httpStatus: number | undefined = 400,
  details = 'said',
) => new CloudError('AWS answered', { call: 'POST /RunInstances', httpStatus, code, details });
const unanswered = (details: string) =>
  new CloudError('No answer', { call: 'POST /RunInstances', details });

test.each([
  ['VcpuLimitExceeded', /quota of vCPUs/, /servicequotas/],
  ['UnauthorizedOperation', /may not do ec2:RunInstances/, /Add ec2:RunInstances to the policy/],
  ['RequestExpired', /credentials have expired/, /role-duration-seconds/],
  ['ExpiredToken', /credentials have expired/, /command: down/],
  ['AuthFailure', /does not accept the credentials/, /clock of the runner/],
  ['OptInRequired', /does not use EC2 in this region/, /enable this one/],
  ['VPCIdNotSpecified', /no default VPC/, /`vpc-id` or `subnet-id`/],
  ['InsufficientInstanceCapacity', /no room for it/, /`instance-type` or a zone/],
  ['InvalidAMIID.NotFound', /no such image in this region/, /another id in each region/],
  ['DependencyViolation', /something else still uses it/, /See what it is/],
])('%s is told in words, with what to do', (code, words, hint) => {
  expect(ec2Refusal(errorOf(code), 'It failed')).toMatchObject({
    message: expect.stringMatching(words),
    details: 'said',
    hint: expect.stringMatching(hint),
  });
});

test('a right that AWS names is told, and not the call that lacked it', () => {
  const details =
    'User: u is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:r';
  expect(ec2Refusal(errorOf('UnauthorizedOperation', 403, details), 'It failed')).toMatchObject({
    message: 'It failed: the credentials may not do iam:PassRole.',
    details,
    hint: expect.stringMatching(/^Add iam:PassRole to the policy of the role\./),
  });
});

test('any other code is told as AWS says it', () => {
  expect(ec2Refusal(errorOf('SomethingNew'), 'It failed')).toMatchObject({
    message: 'It failed: RunInstances ended with SomethingNew.',
  });
  expect(ec2Refusal(errorOf(undefined, 502), 'It failed')).toMatchObject({
    message: 'It failed: RunInstances ended with status 502.',
  });
});

test('a region that does not exist is told by its name that nobody knows', () => {
  expect(ec2Refusal(unanswered('ENOTFOUND: getaddrinfo'), 'It failed')).toMatchObject({
    message: 'It failed: the runner cannot reach the API of EC2.',
    hint: expect.stringMatching(/spelling of `region`/),
  });
  expect(ec2Refusal(unanswered('ECONNRESET'), 'It failed')).toMatchObject({
    message: 'It failed: no answer from AWS.',
  });
});

test('an error that is not of AWS stays what it is', () => {
  const error = new Error('other');
  expect(ec2Refusal(error, 'It failed')).toBe(error);
});

test('kinds of refusals are told apart', () => {
  expect(isNoCapacity(errorOf('InsufficientFreeAddressesInSubnet'))).toBe(true);
  expect(isNoCapacity(errorOf('VcpuLimitExceeded'))).toBe(false);
  expect(isCredentialsRefused(errorOf('AuthFailure'))).toBe(true);
  expect(isCredentialsRefused(errorOf('UnauthorizedOperation'))).toBe(false);
  expect(isForbidden(errorOf('UnauthorizedOperation'))).toBe(true);
  expect(isUnknownId(errorOf('InvalidInstanceID.NotFound'))).toBe(true);
  expect(isUnknownId(errorOf('InvalidParameterValue'))).toBe(false);
});
