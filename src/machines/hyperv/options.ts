import * as z from 'zod';
import { imageOptions, refuseUnchecked, size } from '../virtual-machine/options.ts';

/** `driver-options` of the `hyperv` driver, in the words of docker-machine where it has some. */
export const hypervOptions = z
  .strictObject({
    ...imageOptions,
    /** Virtual CPUs of each machine. */
    'cpu-count': z.coerce.number().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: size(256 * 2 ** 20, '2g', 'm').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    'disk-size': size(2 ** 30, '20g', 'm').optional(),
    /** Name of a virtual switch that exists; without it, one is made for the cluster. */
    'virtual-switch': z.string().min(1).optional(),
    /** 2 boots by UEFI, 1 by BIOS. */
    generation: z.coerce
      .number()
      .refine((value) => value === 1 || value === 2, 'give `1` or `2`')
      .optional(),
  })
  .superRefine(refuseUnchecked);

export type HypervOptions = z.infer<typeof hypervOptions>;
