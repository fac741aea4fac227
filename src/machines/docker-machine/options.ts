import { isAbsolute } from 'node:path';
import * as z from 'zod';

const DRIVER =
  'give the name of a driver of docker-machine, as behind its `--driver`: `amazonec2`, `generic`';
const FLAGS =
  'give a map of the flags of `docker-machine create`, without their dashes: `amazonec2-region: eu-central-1`';
const VALUE = 'give a text, a number, `true` or `false`, or a list of these';
const STORAGE =
  'give an absolute path: docker-machine writes it into its files, so it has to be the same in every job';
const BINARY = 'give the name or the path of docker-machine';

const scalar = z.union([z.string(), z.number(), z.boolean()], VALUE);

/** A flag of `docker-machine create`, as it was given. */
export interface GivenFlag {
  readonly values: readonly string[];
  readonly isList: boolean;
}

const flag = z
  .union([scalar, z.array(scalar, VALUE).min(1, VALUE)], VALUE)
  .transform(
    (given): GivenFlag => ({ values: [given].flat().map(String), isList: Array.isArray(given) }),
  );

const flagName = z.string().regex(/^[A-Za-z0-9][\w.-]*$/, FLAGS);
const storagePath = z.string(STORAGE).refine(isAbsolute, STORAGE).optional();
const binary = z.string(BINARY).min(1, BINARY).default('docker-machine');

export type HostKeyMode = 'pinned' | 'first-use';

/** `driver-options` of the driver `docker-machine`. */
export interface DockerMachineOptions {
  /** A driver of docker-machine's. Undefined where machines are only found and removed. */
  readonly driver?: string | undefined;
  /** By name, without dashes. */
  readonly flags: Readonly<Record<string, GivenFlag>>;
  /** Folder of docker-machine's files, absolute; undefined for the one of this action. */
  readonly 'storage-path'?: string | undefined;
  readonly binary: string;
  readonly 'host-key': HostKeyMode;
}

export const dockerMachineOptions = z.strictObject({
  driver: z
    .string(DRIVER)
    .regex(/^[A-Za-z0-9][\w.-]*$/, DRIVER)
    // It makes no machine, so that there is nothing to log in to.
    .refine((name) => name !== 'none', DRIVER),
  flags: z.record(flagName, flag, FLAGS).default({}),
  'storage-path': storagePath,
  binary,
  'host-key': z.enum(['pinned', 'first-use'], 'give `pinned` or `first-use`').default('pinned'),
});

/** What finding and removing needs; other keys are not looked at, as they change nothing there. */
export const placeOptions: z.ZodType<DockerMachineOptions> = z
  .object({ 'storage-path': storagePath, binary })
  .transform((given) => ({ ...given, flags: {}, 'host-key': 'pinned' as const }));
