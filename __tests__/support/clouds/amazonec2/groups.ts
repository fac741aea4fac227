import { randomBytes } from 'node:crypto';
import { groupIn, type Parameters, specified, tagItems } from './parameters.ts';
import { Refusal } from './refusal.ts';
import { permissionItem, rulesIn } from './rules.ts';

export interface FakeGroup {
  readonly id: string;
  readonly name: string;
  readonly vpc: string;
  tags: Record<string, string>;
  /** `tcp 22-22 0.0.0.0/0`. */
  rules: Set<string>;
}

/** The security groups of a region: what is there, and what calls do to it. */
export class Groups {
  readonly all = new Map<string, FakeGroup>();

  /** What `DescribeSecurityGroups` lists. */
  items() {
    return [...this.all.values()].map((group) => ({
      ...{ groupId: group.id, groupName: group.name, vpcId: group.vpc, ownerId: '123456789012' },
      ...{ groupDescription: 'Made by Swarm Up', tagSet: tagItems(group.tags) },
      ipPermissions: [...group.rules].map(permissionItem),
      ipPermissionsEgress: [],
    }));
  }

  create(given: Parameters): object {
    const [name, vpc] = [String(given.GroupName), String(given.VpcId)];
    const isTaken = [...this.all.values()].some((one) => one.name === name && one.vpc === vpc);
    if (isTaken)
      throw new Refusal(
        'InvalidGroup.Duplicate',
        `The security group '${name}' already exists for VPC '${vpc}'`,
      );
    const id = `sg-${randomBytes(8).toString('hex')}`;
    this.all.set(id, {
      id,
      name,
      vpc,
      tags: specified(given, 'security-group'),
      rules: new Set(),
    });
    return { groupId: id };
  }

  /** `users`: the orders of what is there. */
  delete(id: string, users: readonly Parameters[]): object {
    const group = this.#group(id);
    const isUsed = users.some((order) => groupIn(order) === id);
    if (isUsed) throw new Refusal('DependencyViolation', `resource ${id} has a dependent object`);
    this.all.delete(group.id);
    return { return: true };
  }

  authorize(given: Parameters): object {
    const group = this.#group(String(given.GroupId));
    const rules = rulesIn(given);
    const known = rules.find((rule) => group.rules.has(rule));
    if (known)
      throw new Refusal(
        'InvalidPermission.Duplicate',
        `the specified rule "${known}" already exists`,
      );
    for (const rule of rules) group.rules.add(rule);
    if (group.rules.size > 120)
      throw new Refusal(
        'RulesPerSecurityGroupLimitExceeded',
        'The maximum number of rules per security group has been reached.',
      );
    return { return: true };
  }

  revoke(given: Parameters): object {
    const group = this.#group(String(given.GroupId));
    for (const rule of rulesIn(given)) group.rules.delete(rule);
    return { return: true };
  }

  #group(id: string): FakeGroup {
    const found = this.all.get(id);
    if (!found)
      throw new Refusal('InvalidGroup.NotFound', `The security group '${id}' does not exist`);
    return found;
  }
}
