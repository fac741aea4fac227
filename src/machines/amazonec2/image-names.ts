/** An image that the maker of a distribution publishes in every region. */
export interface PublishedImage {
  /** Id of the maker's account at AWS. */
  readonly owner: string;
  /** Its name, in which `*` stands for anything; of several the newest is taken. */
  readonly name: (architecture: 'amd64' | 'arm64') => string;
}

/** wiki.debian.org/Cloud/AmazonEC2Image */
const DEBIAN = '136693071363';
/** documentation.ubuntu.com/aws/aws-how-to/instances/find-ubuntu-images */
const CANONICAL = '099720109477';

const debian = (release: number): PublishedImage => ({
  ...{ owner: DEBIAN, name: (architecture) => `debian-${release}-${architecture}-2*` },
});
const ubuntu = (name: string, disk: string): PublishedImage => ({
  owner: CANONICAL,
  name: (architecture) => `ubuntu/images/${disk}/ubuntu-${name}-${architecture}-server-*`,
});

/** By the names that the option `image` takes beside ids. */
export const PUBLISHED: Readonly<Record<string, PublishedImage>> = {
  'debian-12': debian(12),
  'debian-13': debian(13),
  'ubuntu-22.04': ubuntu('jammy-22.04', 'hvm-ssd'),
  'ubuntu-24.04': ubuntu('noble-24.04', 'hvm-ssd-gp3'),
};

export const IMAGE_NAMES: readonly string[] = Object.keys(PUBLISHED);
