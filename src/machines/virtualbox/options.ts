import { basename } from 'node:path/win32';
import * as z from 'zod';
import { imageOptions, refuseUnchecked, size } from '../virtual-machine/options.ts';

/** The program that is called, by either of its names, with or without a folder. */
const vboxmanage = z
  .string()
  // A dry run knows by this name what only reads. The names of Windows may have either slash.
  .refine((path) => isVBoxManage(path), 'give the path of the program `VBoxManage` itself')
  .optional();

/** `driver-options` of the `virtualbox` driver, in the words of docker-machine. */
export const virtualboxOptions = z
  .strictObject({
    ...imageOptions,
    /** Virtual CPUs of each machine. */
    'cpu-count': z.coerce.number().int().min(1).max(64).optional(),
    /** Memory of each machine, in bytes. */
    memory: size(256 * 2 ** 20, '2g', 'm').optional(),
    /** Size of each machine's disk, in bytes. It takes no more room than what is written to it. */
    'disk-size': size(2 ** 30, '20g', 'm').optional(),
    /** Whether each machine has a window. */
    'ui-type': z.enum(['headless', 'gui']).optional(),
    /** Whether nothing is asked of what VirtualBox needs of this computer. */
    'no-vtx-check': z.boolean().optional(),
    vboxmanage,
  })
  .superRefine(refuseUnchecked);

/** Of the same map, which may hold anything else: what machines are found and removed by. */
export const virtualboxPlaceOptions: z.ZodType<VirtualboxOptions> = z.object({ vboxmanage });

export type VirtualboxOptions = z.infer<typeof virtualboxOptions>;

/** Whether a word of a command line is the name or the path of VBoxManage. */
export function isVBoxManage(program: string): boolean {
  return /^vboxmanage(\.exe)?$/i.test(basename(program));
}
