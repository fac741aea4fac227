import type { Mutation } from './mutation.ts';

/** Faults of the drivers of clouds, in what they share and in that of Amazon EC2. */
export const CLOUD_MUTATIONS: readonly Mutation[] = [
  {
    name: 'a cloud: one empty look ends a removal',
    file: 'src/machines/cloud/removal/remove-until-gone.ts',
    find: 'export const EMPTY_LOOKS = 2;',
    put: 'export const EMPTY_LOOKS = 1;',
    tests: ['__tests__/unit/machines/cloud/removal/remove-until-gone.test.ts'],
  },
  {
    name: 'a cloud: a dry run may change it',
    file: 'src/machines/cloud/cloud-client.ts',
    find: "if (access.readsOnly && call.method !== 'GET') throw",
    put: "if (access.readsOnly && call.method === 'DELETE') throw",
    tests: ['__tests__/unit/machines/cloud/cloud-client.test.ts'],
  },
  {
    name: 'a cloud: an order of which nobody knows the end is given again',
    file: 'src/machines/cloud/cloud-client.ts',
    find: "isRepeatable = method !== 'POST'",
    put: 'isRepeatable = method.length > 0',
    tests: ['__tests__/unit/machines/cloud/cloud-client.test.ts'],
  },
  {
    name: 'driver amazonec2: what has the tags is removed under any name',
    file: 'src/machines/amazonec2/owned.ts',
    find: 'labels[HOST_KEY_LABEL] && name === objectName(owner, index);',
    put: 'labels[HOST_KEY_LABEL];',
    tests: ['__tests__/integration/machines/amazonec2/life.test.ts'],
  },
  {
    name: 'driver amazonec2: a cluster of another repository is taken for its twin',
    file: 'src/machines/amazonec2/tag-codec.ts',
    find: 'REPOSITORY_LABEL}`]: [repository] }',
    put: 'CLUSTER_LABEL}`]: [repository && cluster] }',
    tests: ['__tests__/integration/machines/amazonec2/life.test.ts'],
  },
  {
    name: 'driver amazonec2: a machine that was made twice is paid for twice',
    file: 'src/machines/amazonec2/create-instance.ts',
    find: 'await remove(work, younger);',
    put: 'await remove(work, younger.slice(1));',
    tests: ['__tests__/integration/machines/amazonec2/create.test.ts'],
  },
  {
    name: 'driver amazonec2: a machine that has powered itself off goes on costing',
    file: 'src/machines/amazonec2/api/run-parameters.ts',
    find: "InstanceInitiatedShutdownBehavior: 'terminate',",
    put: "InstanceInitiatedShutdownBehavior: 'stop',",
    tests: ['__tests__/integration/machines/amazonec2/life.test.ts'],
  },
  {
    name: 'driver amazonec2: a cluster that the quota does not allow is begun',
    file: 'src/machines/amazonec2/account/check-quota.ts',
    find: 'used + more <= limit)',
    put: 'more <= limit)',
    tests: ['__tests__/integration/machines/amazonec2/account.test.ts'],
  },
  {
    name: 'driver amazonec2: without the right to ask for the quota nothing is made',
    file: 'src/machines/amazonec2/account/ask-if-allowed.ts',
    find: 'if (isForbidden(error))',
    put: 'if (isForbidden(error)) throw error;\n    if (isForbidden(error))',
    tests: [
      '__tests__/integration/machines/amazonec2/account.test.ts',
      '__tests__/integration/machines/amazonec2/create.test.ts',
    ],
  },
];
