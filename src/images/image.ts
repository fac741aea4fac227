import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import * as z from 'zod';
import { normaliseReference } from '../registry/digests.ts';

const texts = z.array(z.string()).nullish();
/** A set, whose values are empty objects. */
const names = z
  .record(z.string(), z.unknown())
  .nullish()
  .transform((found) => Object.keys(found ?? {}).toSorted());
const pairs = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => Object.entries(found ?? {}).map(([key, value]) => `${key}=${value}`))
  .transform((found) => found.toSorted());

/**
 * What of an image's configuration decides how a container of it runs: the fields of the OCI
 * specification (https://github.com/opencontainers/image-spec/blob/main/config.md) and those that
 * Docker adds to them (HealthcheckConfig and OnBuild in moby/docker-image-spec). Engines print
 * other fields beside them, and leave out or print empty what is not set.
 */
export const imageConfig = z.object({
  User: z.string().nullish(),
  ExposedPorts: names,
  Env: texts,
  Entrypoint: texts,
  Cmd: texts,
  Volumes: names,
  WorkingDir: z.string().nullish(),
  Labels: pairs,
  StopSignal: z.string().nullish(),
  StopTimeout: z.number().nullish(),
  Healthcheck: z
    .object({
      Test: texts,
      Interval: z.number().nullish(),
      Timeout: z.number().nullish(),
      StartPeriod: z.number().nullish(),
      StartInterval: z.number().nullish(),
      Retries: z.number().nullish(),
    })
    .nullish(),
  Shell: texts,
  OnBuild: texts,
});

/** What tells one image from another: as `docker image inspect` says it. */
export const image = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  /** In bytes. */
  Size: z.number().nullish(),
  Architecture: z.string(),
  Os: z.string(),
  Variant: z.string().nullish(),
  RootFS: z.object({ Layers: z.array(z.string()).nullish() }),
  Config: imageConfig.nullish(),
});
export type Image = z.infer<typeof image> & {
  /**
   * Of an image for several platforms in an archive: one for each, the first of which the image
   * itself describes.
   */
  readonly Variants?: readonly Image[] | undefined;
};

/** The image for each platform that it is for. */
export function variantsOf(one: Image): readonly Image[] {
  return one.Variants ?? [one];
}

/**
 * Whether two images run in the same way. The id is the hash of the image's configuration, or of
 * its manifest if an engine keeps images in containerd, so that one image may have two ids. When it
 * was built decides nothing: builders that can be repeated give each build the same time. One for
 * several platforms is the same as each that is for one of them.
 */
export function isSame(a: Image, b: Image): boolean {
  return variantsOf(a).some((one) =>
    variantsOf(b).some(
      (other) => one.Id === other.Id || isDeepStrictEqual(contentOf(one), contentOf(other)),
    ),
  );
}

/**
 * As `isSame`, for an engine that may not know `--start-interval` of a healthcheck and drops it, as
 * those before 25 do.
 */
export function isSameButForStartInterval(a: Image, b: Image): boolean {
  const without = ({ Variants, ...one }: Image): Image => {
    if (Variants) return { ...one, Variants: Variants.map(without) };
    if (!one.Config?.Healthcheck) return one;
    const { StartInterval: _, ...Healthcheck } = one.Config.Healthcheck;
    return { ...one, Config: { ...one.Config, Healthcheck } };
  };
  return isSame(without(a), without(b));
}

/**
 * The SHA-256 of all that decides how an image runs, in hexadecimal digits. The same for each
 * engine and each archive that has it.
 */
export function contentHash(one: Image): string {
  const contents = variantsOf(one).map((variant) => JSON.stringify(contentOf(variant)));
  return createHash('sha256').update(contents.toSorted().join('\n')).digest('hex');
}

/** Whether it has this name. An id or a digest is in no list of names, and needs none. */
export function hasName({ RepoTags }: Image, name: string): boolean {
  return (RepoTags ?? []).some((tag) => normaliseReference(tag) === normaliseReference(name));
}

function contentOf({ Architecture, Os, Variant, RootFS, Config }: Image): unknown {
  // Engines write the usual one, or leave it out.
  const variant = Architecture === 'arm64' && Variant === 'v8' ? undefined : Variant;
  return withoutUnset({ Architecture, Os, Variant: variant, Layers: RootFS.Layers, ...Config });
}

/**
 * With the keys in a fixed order, and without those that are not set: null, 0, an empty text, list
 * or object.
 */
function withoutUnset(value: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, one]) => [key, withoutUnset(one)] as const)
    .filter(([, one]) => !isUnset(one))
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries);
}

function isUnset(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return !value;
}
