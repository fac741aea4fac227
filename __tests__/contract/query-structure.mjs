// Reduces a service model of botocore (protocols ec2 and json) to its structure: names, types and
// limits of the named operations, and of the shapes that they need. No prose. The first word says
// which botocore it is of.
// node query-structure.mjs 'commit 0e6e240 of 2026-08-07' ec2.json RunInstances … > structure.json
// node query-structure.mjs 'version 1.29.27' pricing/2017-10-15/service-2.json GetProducts > …
import { readFileSync } from 'node:fs';

const [source = '', file = '', ...wanted] = process.argv.slice(2);
const model = JSON.parse(readFileSync(file, 'utf8'));

const VALUES = ['type', 'required', 'enum', 'pattern', 'min', 'max'];
const first = (text) => text.charAt(0).toUpperCase() + text.slice(1);

/**
 * Of operations that the excerpt lacks: members as the schemas of @aws-sdk/client-ec2 3.1169.0 have
 * them (dist-es/schemas/schemas_0.js).
 */
const OTHERS = {
  operations: {
    RevokeSecurityGroupIngress: {
      input: { shape: 'RevokeSecurityGroupIngressRequest' },
      output: { shape: 'RevokeSecurityGroupIngressResult' },
    },
    DescribeInstanceTypeOfferings: {
      input: { shape: 'DescribeInstanceTypeOfferingsRequest' },
      output: { shape: 'DescribeInstanceTypeOfferingsResult' },
    },
  },
  shapes: {
    RevokeSecurityGroupIngressRequest: {
      type: 'structure',
      members: {
        GroupId: { shape: 'SecurityGroupId' },
        IpPermissions: { shape: 'IpPermissionList' },
      },
    },
    RevokeSecurityGroupIngressResult: {
      type: 'structure',
      members: { Return: { shape: 'Boolean', locationName: 'return' } },
    },
    DescribeInstanceTypeOfferingsRequest: {
      type: 'structure',
      members: {
        LocationType: { shape: 'LocationType' },
        Filters: { shape: 'FilterList', locationName: 'Filter' },
        MaxResults: { shape: 'Integer' },
        NextToken: { shape: 'String' },
      },
    },
    LocationType: {
      type: 'string',
      enum: ['region', 'availability-zone', 'availability-zone-id', 'outpost'],
    },
    DescribeInstanceTypeOfferingsResult: {
      type: 'structure',
      members: {
        InstanceTypeOfferings: {
          shape: 'InstanceTypeOfferingsList',
          locationName: 'instanceTypeOfferingSet',
        },
        NextToken: { shape: 'String', locationName: 'nextToken' },
      },
    },
    InstanceTypeOfferingsList: {
      type: 'list',
      member: { shape: 'InstanceTypeOffering', locationName: 'item' },
    },
    InstanceTypeOffering: {
      type: 'structure',
      members: {
        InstanceType: { shape: 'String', locationName: 'instanceType' },
        LocationType: { shape: 'String', locationName: 'locationType' },
        Location: { shape: 'String', locationName: 'location' },
      },
    },
  },
};

const operations = {};
const shapes = {};

/** Sent and answered names differ; both are written out. */
function keep(name) {
  if (name in shapes) return;
  const shape = model.shapes[name] ?? OTHERS.shapes[name];
  if (!shape) throw new Error(`No shape ${name}`);
  const kept = Object.fromEntries(
    VALUES.filter((key) => key in shape).map((key) => [key, shape[key]]),
  );
  // Types of instances are added every week.
  if (kept.enum?.length > 60) delete kept.enum;
  shapes[name] = kept;
  if (shape.members) {
    kept.members = Object.entries(shape.members).map(([member, about]) => [
      about.queryName ?? first(about.locationName ?? member),
      about.locationName ?? member,
      about.shape,
    ]);
    for (const { shape: one } of Object.values(shape.members)) keep(one);
  }
  if (shape.value) {
    kept.member = shape.value.shape;
    keep(kept.member);
  }
  if (shape.member) {
    kept.member = shape.member.shape;
    keep(kept.member);
  }
  if (kept.required)
    kept.required = kept.required.map((member) => {
      const about = shape.members[member];
      return about.queryName ?? first(about.locationName ?? member);
    });
}

for (const name of wanted) {
  const operation = model.operations[name] ?? OTHERS.operations[name];
  if (!operation) throw new Error(`${file} has no ${name}`);
  const { input, output } = operation;
  operations[name] = { input: input.shape, ...(output && { output: output.shape }) };
  for (const one of [input, output]) if (one) keep(one.shape);
}

const lines = (object) =>
  Object.entries(object)
    .map(([key, value]) => `${JSON.stringify(key)}: ${JSON.stringify(value)}`)
    .join(',\n');
const others = Object.keys(OTHERS.operations).filter((name) => wanted.includes(name));
const added =
  others.length > 0
    ? ` ${others.join(' and ')} are from the schemas of @aws-sdk/client-ec2 3.1169.0 (Apache License 2.0).`
    : '';
const about = `Names, types and limits of ${wanted.length} operations, taken by __tests__/contract/query-structure.mjs from the service model that AWS publishes with botocore (${source}, Apache License 2.0), API version ${model.metadata.apiVersion}. Members are: name in a call, name in an answer, shape.${added}`;
process.stdout.write(
  `{"about": ${JSON.stringify(about)},\n"operations": {\n${lines(operations)}\n},\n"shapes": {\n${lines(shapes)}\n}}\n`,
);
