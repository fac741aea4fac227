import * as z from 'zod';
import type { Bounds, CloudClient } from '../../cloud/cloud-client.ts';
import { type Ec2Calls, ec2Calls } from './ec2-calls.ts';
import * as form from './objects.ts';
import { type NewInstance, runParameters } from './run-parameters.ts';
import { type PermissionWanted, permissionParameters } from './security-rules.ts';

/** `tag:swarm-up.cluster` and the values of which it has one. */
export type Filters = Readonly<Record<string, readonly string[]>>;

/** Tags: key -> value. */
export type Tags = Readonly<Record<string, string>>;

/** EC2's calls, one method each. They throw as `CloudClient.call` does. */
export type Ec2Api = ReturnType<typeof ec2Api>;

/** The calls with the limits of one piece of work. */
export function ec2Api(client: CloudClient, bounds: Bounds) {
  const calls = ec2Calls(client, bounds);
  return {
    ...instanceCalls(calls),
    ...groupCalls(calls),
    ...wareCalls(calls),

    /** Of a key that is there already the value is written. */
    createTags: async (ids: readonly string[], tags: Tags): Promise<void> => {
      const parameters = { ResourceId: ids, Tag: tagList(tags) };
      await calls.change('CreateTags', parameters, z.unknown(), { isRepeatable: true });
    },
  };
}

function instanceCalls({ list, change, attempt }: Ec2Calls) {
  return {
    instances: async (filters: Filters) => {
      const found = await list('DescribeInstances', 'reservationSet', form.reservation, {
        Filter: filterList(filters),
      });
      return found.flatMap(({ instancesSet }) => instancesSet);
    },

    /** It is still being made when this resolves. Asked again, it makes no second one. */
    runInstance: async (wanted: NewInstance) => {
      const answer = z.object({ instancesSet: form.set(form.instance) });
      const how = { isRepeatable: true };
      const made = await change('RunInstances', instanceParameters(wanted), answer, how);
      return made.instancesSet[0];
    },

    /** Whether EC2 would do the same. Makes nothing, and throws what EC2 says against it. */
    tryInstance: (wanted: NewInstance) => attempt('RunInstances', instanceParameters(wanted)),

    /** They are still there when this resolves. Of an unknown one none is ended. */
    terminateInstances: async (ids: readonly string[]): Promise<void> => {
      const how = { isRepeatable: true };
      await change('TerminateInstances', { InstanceId: ids }, z.unknown(), how);
    },
  };
}

function groupCalls({ list, change, attempt }: Ec2Calls) {
  return {
    securityGroups: (filters: Filters) =>
      list('DescribeSecurityGroups', 'securityGroupInfo', form.securityGroup, {
        Filter: filterList(filters),
      }),

    /** Gives its id. */
    createSecurityGroup: async (name: string, vpc: string, tags: Tags): Promise<string> => {
      const parameters = groupParameters(name, vpc, tags);
      const answer = z.object({ groupId: z.string() });
      return (await change('CreateSecurityGroup', parameters, answer)).groupId;
    },

    /** As `tryInstance`. */
    trySecurityGroup: (name: string, vpc: string, tags: Tags) =>
      attempt('CreateSecurityGroup', groupParameters(name, vpc, tags)),

    authorizeIngress: async (id: string, rules: readonly PermissionWanted[]): Promise<void> => {
      const parameters = { GroupId: id, IpPermissions: permissionParameters(rules) };
      await change('AuthorizeSecurityGroupIngress', parameters, z.unknown());
    },

    revokeIngress: async (id: string, rules: readonly PermissionWanted[]): Promise<void> => {
      const parameters = { GroupId: id, IpPermissions: permissionParameters(rules) };
      await change('RevokeSecurityGroupIngress', parameters, z.unknown());
    },

    deleteSecurityGroup: async (id: string): Promise<void> => {
      const how = { isRepeatable: true };
      await change('DeleteSecurityGroup', { GroupId: id }, z.unknown(), how);
    },
  };
}

/** What EC2 has: networks, images, types. */
function wareCalls({ ask, list }: Ec2Calls) {
  return {
    vpcs: (filters: Filters) =>
      list('DescribeVpcs', 'vpcSet', form.vpc, { Filter: filterList(filters) }),

    subnets: (filters: Filters) =>
      list('DescribeSubnets', 'subnetSet', form.subnet, { Filter: filterList(filters) }),

    /** Of these owners, by name; of several the newest are not first. */
    images: (owner: string, name: string, architecture: string) =>
      list('DescribeImages', 'imagesSet', form.image, {
        Owner: [owner],
        Filter: filterList({ name: [name], architecture: [architecture], state: ['available'] }),
      }),

    /** By its id. */
    image: async (id: string) => {
      const answer = z.object({ imagesSet: form.set(form.image) });
      return (await ask('DescribeImages', { ImageId: [id] }, answer)).imagesSet[0];
    },

    instanceTypes: (names: readonly string[]) =>
      list('DescribeInstanceTypes', 'instanceTypeSet', form.instanceType, {
        Filter: filterList({ 'instance-type': names }),
      }),

    /** Where each type of the filters is: in zones, or all types of the region. */
    offerings: (where: 'availability-zone' | 'region', filters: Filters) =>
      list('DescribeInstanceTypeOfferings', 'instanceTypeOfferingSet', form.offering, {
        ...{ LocationType: where, Filter: filterList(filters) },
      }),
  };
}

const INSTANCE = ['instance', 'volume', 'network-interface'];

function instanceParameters(wanted: NewInstance) {
  return { ...runParameters(wanted), ...tagSpecifications(INSTANCE, wanted.tags) };
}

function groupParameters(name: string, vpc: string, tags: Tags) {
  return {
    ...{ GroupName: name, GroupDescription: 'Made by Swarm Up', VpcId: vpc },
    ...tagSpecifications(['security-group'], tags),
  };
}

function filterList(filters: Filters) {
  return Object.entries(filters).map(([Name, Value]) => ({ Name, Value }));
}

function tagList(tags: Tags) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

function tagSpecifications(kinds: readonly string[], tags: Tags) {
  return { TagSpecification: kinds.map((ResourceType) => ({ ResourceType, Tag: tagList(tags) })) };
}
