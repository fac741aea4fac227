// What the stand-in's region has, in the form of EC2's answers.

export const REGION = 'eu-central-1';
export const ZONES = ['a', 'b', 'c'].map((letter) => `${REGION}${letter}`);

export const VPCS = [
  { vpcId: 'vpc-0aaaaaaa', cidrBlock: '172.31.0.0/16', isDefault: true, state: 'available' },
  { vpcId: 'vpc-0bbbbbbb', cidrBlock: '10.128.0.0/16', isDefault: false, state: 'available' },
] as const;

export const SUBNETS = VPCS.flatMap(({ vpcId, isDefault, cidrBlock }, at) =>
  ZONES.slice(0, isDefault ? 3 : 1).map((availabilityZone, zone) => ({
    ...{ subnetId: `subnet-0${at}${zone}aaaaa`, vpcId, availabilityZone, state: 'available' },
    ...{ defaultForAz: isDefault, mapPublicIpOnLaunch: isDefault },
    cidrBlock: cidrBlock.replace(/0\.0\/16$/, `${zone * 16}.0/20`),
  })),
);

const TYPES = [
  { instanceType: 't3.small', cpus: 2, memory: 2_048, architectures: ['x86_64'], zones: ZONES },
  { instanceType: 't3a.small', cpus: 2, memory: 2_048, architectures: ['x86_64'], zones: ZONES },
  {
    ...{ instanceType: 't4g.small', cpus: 2, memory: 2_048, architectures: ['arm64'] },
    zones: ZONES.slice(1),
  },
  { instanceType: 'm7i.large', cpus: 2, memory: 8_192, architectures: ['x86_64'], zones: [] },
];

export const INSTANCE_TYPES = TYPES.map(({ instanceType, cpus, memory, architectures }) => ({
  ...{ instanceType, currentGeneration: true, memoryInfo: { sizeInMiB: memory } },
  processorInfo: { supportedArchitectures: architectures },
  vCpuInfo: { defaultVCpus: cpus },
}));

export const OFFERINGS = [
  ...TYPES.map(({ instanceType }) => ({
    ...{ instanceType, locationType: 'region', location: REGION },
  })),
  ...TYPES.flatMap(({ instanceType, zones }) =>
    zones.map((location) => ({ instanceType, locationType: 'availability-zone', location })),
  ),
];

const ubuntu = (architecture: string, word: string, date: string, id: string) => ({
  ...{ imageId: id, imageOwnerId: '099720109477', imageState: 'available', architecture },
  name: `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${word}-server-${date.replaceAll('-', '')}`,
  ...{ creationDate: `${date}T08:00:00.000Z`, rootDeviceName: '/dev/sda1', isPublic: true },
  blockDeviceMapping: [
    { deviceName: '/dev/sda1', ebs: { volumeSize: 8, deleteOnTermination: true } },
    { deviceName: '/dev/sdb', virtualName: 'ephemeral0' },
  ],
});

export const IMAGES = [
  ubuntu('x86_64', 'amd64', '2026-10-01', 'ami-0a00000000000001'),
  ubuntu('x86_64', 'amd64', '2026-11-02', 'ami-0a00000000000002'),
  ubuntu('arm64', 'arm64', '2026-11-02', 'ami-0a00000000000003'),
  {
    ...{ imageId: 'ami-0b00000000000001', imageOwnerId: '123456789012', name: 'own' },
    ...{ imageState: 'available', architecture: 'x86_64', rootDeviceName: '/dev/xvda' },
    ...{ creationDate: '2026-01-01T00:00:00.000Z', isPublic: false },
    blockDeviceMapping: [
      { deviceName: '/dev/xvda', ebs: { volumeSize: 10, deleteOnTermination: true } },
      { deviceName: '/dev/xvdb', ebs: { volumeSize: 20, deleteOnTermination: false } },
    ],
  },
];
