/** The kind of a machine that an image is for, as Node calls it. */
export type ImageArchitecture = 'x64' | 'arm64';

/**
 * What the machines begin as where no `image` is given: Debian's cloud image, of one build, so that
 * a release of this action begins with the same one each time. `npm run default-image` sees whether
 * it is still published so, and takes another build.
 */
export const DEBIAN = {
  build: '20261001-2618',
  /** Of SHA512SUMS beside the images. */
  sha512: {
    x64: 'f46f0671a6e5bdec5291ab8972bae2f10e5408c2f64a74078f11efc2f06a436a9d0313ed50e0472542eeabf780e9f7c792ac0a314c6c20507fcd9fd81b468c3d',
    arm64:
      'd8470b8c6c38fead046c794b5800a5a7b96672d5bcf543cc230ceb0c4b8ace05ed341a0c8928045422243fde26b2f1f2f58e99244c65709ffda2e3d4b674dd5a',
  },
} as const satisfies { build: string; sha512: Record<ImageArchitecture, string> };

/** Where Debian publishes its builds, each in a folder of its name. */
export const PUBLISHED = 'https://cloud.debian.org/images/cloud/trixie';

/** How Debian calls what Node calls otherwise. */
const KINDS = { x64: 'amd64', arm64: 'arm64' } as const satisfies Record<ImageArchitecture, string>;

/** The file of a build, as SHA512SUMS names it. */
export function imageFile(build: string, architecture: ImageArchitecture): string {
  return `debian-13-genericcloud-${KINDS[architecture]}-${build}.qcow2`;
}

/** The image of this kind, and its checksum. */
export function defaultImage(architecture: ImageArchitecture): {
  readonly image: string;
  readonly checksum: string;
} {
  const { build, sha512 } = DEBIAN;
  return {
    image: `${PUBLISHED}/${build}/${imageFile(build, architecture)}`,
    checksum: `sha512:${sha512[architecture]}`,
  };
}
