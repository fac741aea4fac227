import type { Parameter } from './flat-parameters.ts';
import type { Image } from './objects.ts';

export interface NewInstance {
  /** Asked twice with the same one, EC2 makes one instance. At most 64 characters. */
  readonly clientToken: string;
  readonly instanceType: string;
  readonly image: Image;
  readonly subnet: string;
  /** Id; undefined only in a dry run of EC2, which then takes the default group of the VPC. */
  readonly securityGroup: string | undefined;
  readonly userData: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Whether it gets a public address, which costs extra. */
  readonly hasPublicAddress: boolean;
  readonly isSpot: boolean;
  /** Of the disk with the system, in GB; without it, as the image has it. */
  readonly rootSize: number | undefined;
  /** Name or ARN of an IAM role's instance profile. */
  readonly instanceProfile: string | undefined;
}

/** The parameters of RunInstances for one instance, but for its tags. */
export function runParameters(wanted: NewInstance): Readonly<Record<string, Parameter>> {
  const { image, isSpot, instanceProfile: profile } = wanted;
  return {
    ...{ MinCount: 1, MaxCount: 1, ClientToken: wanted.clientToken },
    ...{ ImageId: image.imageId, InstanceType: wanted.instanceType },
    UserData: Buffer.from(wanted.userData).toString('base64'),
    // What powers itself off ends, and costs nothing any more.
    InstanceInitiatedShutdownBehavior: 'terminate',
    // A container is one hop further away: it gets no token, and so no user data.
    MetadataOptions: {
      HttpTokens: 'required',
      HttpPutResponseHopLimit: 1,
      HttpEndpoint: 'enabled',
    },
    NetworkInterface: [interfaceOf(wanted)],
    BlockDeviceMapping: disksOf(wanted),
    InstanceMarketOptions: isSpot ? { MarketType: 'spot' } : undefined,
    IamInstanceProfile: profile?.startsWith('arn:')
      ? { Arn: profile }
      : profile && { Name: profile },
  };
}

function interfaceOf({ subnet, securityGroup, hasPublicAddress }: NewInstance): Parameter {
  return {
    ...{ DeviceIndex: 0, SubnetId: subnet },
    SecurityGroupId: securityGroup === undefined ? undefined : [securityGroup],
    ...{ AssociatePublicIpAddress: hasPublicAddress, DeleteOnTermination: true },
  };
}

/** Whatever the image says, no disk outlives its instance. */
function disksOf({ image, rootSize }: NewInstance): Parameter[] {
  return image.blockDeviceMapping
    .filter(({ ebs }) => ebs !== undefined)
    .map(({ deviceName, ebs }) => {
      const wanted = deviceName === image.rootDeviceName ? rootSize : undefined;
      const VolumeSize = wanted ?? ebs?.volumeSize;
      return { DeviceName: deviceName, Ebs: { DeleteOnTermination: true, VolumeSize } };
    });
}
