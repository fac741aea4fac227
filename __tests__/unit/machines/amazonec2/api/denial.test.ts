import { expect, test } from '@jest/globals';
import { denialIn } from '../../../../../src/machines/amazonec2/api/denial.ts';

const START = 'You are not authorized to perform this operation.';
const USER = 'User: arn:aws:sts::123456789012:assumed-role/previews/GitHubActions';
const IMAGE = 'arn:aws:ec2:eu-central-1::image/ami-0a00000000000001';

test.each([
  [
    `${START} ${USER} is not authorized to perform: ec2:RunInstances on resource: ${IMAGE} because no identity-based policy allows the ec2:RunInstances action. Encoded authorization failure message: 4GI`,
    { action: 'ec2:RunInstances', resource: IMAGE },
  ],
  [
    `${USER} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::123456789012:role/nodes with an explicit deny in a service control policy.`,
    { action: 'iam:PassRole', resource: 'arn:aws:iam::123456789012:role/nodes' },
  ],
  [
    `${USER} is not authorized to perform: ec2:CreateTags with an explicit deny`,
    { action: 'ec2:CreateTags', resource: undefined },
  ],
  [
    `${START} Encoded authorization failure message: 4GI`,
    { action: undefined, resource: undefined },
  ],
  [undefined, { action: undefined, resource: undefined }],
])('%j names the right and the resource', (details, expected) => {
  expect(denialIn({ details })).toEqual(expected);
});
