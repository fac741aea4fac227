import { expect, test } from '@jest/globals';
import { destroyCluster } from '../../../../src/machines/amazonec2/destroy.ts';
import { listClusters, listMachines } from '../../../../src/machines/amazonec2/find.ts';
import { amazonec2Options } from '../../../../src/machines/amazonec2/options.ts';
import { preflight } from '../../../../src/machines/amazonec2/preflight.ts';
import { renew } from '../../../../src/machines/amazonec2/renew.ts';
import {
  amazonec2Trial,
  makeCluster,
  OWNER,
} from '../../../support/clouds/amazonec2/amazonec2-cluster.ts';
import { descriptionOf } from '../../../support/clouds/amazonec2/structure.ts';

const { actions, callViolations, answerViolations } = descriptionOf('amazonec2');
const ACCOUNT = ['amazonec2-quotas', 'amazonec2-prices'].map(descriptionOf);
const accountOf = (action: string) => ACCOUNT.find((one) => one.actions.includes(action));

test('each call and each answer of a whole life is as AWS describes it', async () => {
  await using trial = await amazonec2Trial({ lingerMs: 3_000 });
  const violations: string[] = [];
  const called = new Set<string>();
  trial.fake.onCall = (action, form, answer) => {
    called.add(action);
    violations.push(...callViolations(action, form), ...answerViolations(action, answer));
  };
  trial.fake.onInput = (action, input, answer) => {
    called.add(action);
    violations.push(
      ...(accountOf(action)?.inputViolations(action, input) ?? [`${action} is not described`]),
      ...(accountOf(action)?.answerViolations(action, answer) ?? []),
    );
  };
  const given = {
    ...{ image: 'ami-0b00000000000001', 'root-size': 30, 'request-spot-instance': true },
    ...{ 'iam-instance-profile': 'nodes', tags: { team: 'web' } },
  };
  await preflight(trial.work(), amazonec2Options.parse({}), {
    cluster: OWNER,
    machines: 2,
    ttlMs: undefined,
  });
  trial.fake.region.account.hasOnlyDefaults = true;
  const subnets = amazonec2Options.parse({ 'subnet-id': 'subnet-000aaaaa' });
  await preflight(trial.work(), subnets, { cluster: OWNER, machines: 2, ttlMs: undefined });
  const unknown = amazonec2Options.parse({ 'instance-type': 't3.smal' });
  await expect(
    preflight(trial.work(), unknown, { cluster: OWNER, machines: 2, ttlMs: undefined }),
  ).rejects.toThrow('has no t3.smal');
  const made = await makeCluster(trial.work(), OWNER, 2, { ports: [80, 81, 443], given });
  await makeCluster(trial.work(), OWNER, 2, { ports: [81], given });
  expect(await listMachines(trial.work(), OWNER, 'public')).toEqual(made);
  await renew(trial.work(), { ...OWNER, expires: '2026-12-09T12:00:00Z' });
  expect(await listClusters(trial.work())).toHaveLength(1);
  await destroyCluster(trial.work(), OWNER);
  expect(trial.fake.region.all).toEqual([]);
  expect(violations).toEqual([]);
  const described = [...actions, ...ACCOUNT.flatMap((one) => one.actions)];
  expect([...called].sort()).toEqual(described.sort());
});

test.each([
  ['RunInstances', { MinCount: '1' }, 'RunInstances: MaxCount is missing'],
  [
    'RunInstances',
    { MinCount: '1', MaxCount: '1', InstanceInitiatedShutdownBehaviour: 'terminate' },
    'RunInstances: InstanceInitiatedShutdownBehaviour is not known: InstanceInitiatedShutdownBehaviour',
  ],
  [
    'RunInstances',
    { MinCount: 'one', MaxCount: '1' },
    'RunInstances: MinCount is no such number: one',
  ],
  [
    'RunInstances',
    { MinCount: '1', MaxCount: '1', 'MetadataOptions.HttpTokens': 'always' },
    'RunInstances: MetadataOptions.HttpTokens is none of optional,required: always',
  ],
  [
    'DescribeInstances',
    { 'Filters.1.Name': 'a' },
    'DescribeInstances: Filters.1.Name is not known: Filters',
  ],
  ['StopInstances', {}, 'StopInstances is not described'],
])('a call of %s that is not as described is found', (action, given, violation) => {
  expect(callViolations(action, new URLSearchParams(given))).toEqual([violation]);
});

test.each([
  ['GetServiceQuota', { ServiceCode: 'ec2' }, 'GetServiceQuota: QuotaCode is missing'],
  [
    'GetServiceQuota',
    { ServiceCode: 'ec2', QuotaCode: 'L 1' },
    'GetServiceQuota.QuotaCode does not fit [a-zA-Z][a-zA-Z0-9-]{1,128}: L 1',
  ],
  [
    'GetProducts',
    { ServiceCode: 'AmazonEC2', Filters: [{ Type: 'LIKE', Field: 'a', Value: 'b' }] },
    'GetProducts.Filters.0.Type is none of TERM_MATCH: LIKE',
  ],
  ['GetProducts', { ServiceCode: 'AmazonEC2', Filter: [] }, 'GetProducts.Filter is not known'],
])(
  'a question of the account that is not as described is found: %s',
  (action, given, violation) => {
    expect(accountOf(action)?.inputViolations(action, given)).toEqual([violation]);
  },
);

test('an answer that is not as described is found', () => {
  const quota = { Quota: { Value: 'many', Name: 'x' } };
  expect(accountOf('GetServiceQuota')?.answerViolations('GetServiceQuota', quota)).toEqual([
    'GetServiceQuota.Quota.Value is no number: many',
    'GetServiceQuota.Quota.Name is not known',
  ]);
  const answer = { vpcSet: [{ vpcID: 'vpc-1' }, { isDefault: 'yes' }] };
  expect(answerViolations('DescribeVpcs', answer)).toEqual([
    'DescribeVpcs.vpcSet.0.vpcID is not known',
    'DescribeVpcs.vpcSet.1.isDefault is no boolean: yes',
  ]);
});
