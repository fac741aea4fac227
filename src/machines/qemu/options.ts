import * as z from 'zod';
import { ENGINE_SOURCES } from '../../engine/install.ts';
import { imageOptions, refuseUnchecked, size } from '../virtual-machine/options.ts';

/** `driver-options` of the `qemu` driver. */
export const qemuOptions = z
  .strictObject({
    ...imageOptions,
    /** Virtual CPUs of each machine. */
    cpus: z.coerce.number().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: size(256 * 2 ** 20, '2g').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    disk: size(2 ** 30, '20g').optional(),
    /** `auto` is KVM where it can be used. */
    accel: z.enum(['auto', 'kvm', 'tcg']).optional(),
    /** Whether machines reach what the runner reaches. */
    internet: z.boolean().optional(),
    /** Where Docker Engine is installed from on an image that has none. */
    engine: z.enum(ENGINE_SOURCES).optional(),
    /** Whether the image is kept with the engine installed. */
    prepare: z.boolean().optional(),
    /** `auto` is the bridge where this user can become root, and `user` where he cannot. */
    network: z.enum(['auto', 'bridge', 'user']).optional(),
    /** Whether QEMU is installed where the runner has none. */
    install: z.boolean().optional(),
  })
  .superRefine(refuseUnchecked);

export type QemuOptions = z.infer<typeof qemuOptions>;
