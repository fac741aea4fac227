import type { DriverDefinition } from './driver.ts';

/**
 * The drivers there are, one line for each, by the name that the input `driver` gives. A step loads
 * its own and no other.
 */
const DRIVERS = {
  amazonec2: async () => (await import('./amazonec2/driver.ts')).amazonec2Driver,
  command: async () => (await import('./command/driver.ts')).commandDriver,
  digitalocean: async () => (await import('./digitalocean/driver.ts')).digitaloceanDriver,
  docker: async () => (await import('./docker/driver.ts')).dockerDriver,
  'docker-machine': async () => (await import('./docker-machine/driver.ts')).dockerMachineDriver,
  hetzner: async () => (await import('./hetzner/driver.ts')).hetznerDriver,
  hyperv: async () => (await import('./hyperv/driver.ts')).hypervDriver,
  qemu: async () => (await import('./qemu/driver.ts')).qemuDriver,
  ssh: async () => (await import('./ssh/driver.ts')).sshDriver,
  terraform: async () => (await import('./terraform/driver.ts')).terraformDriver,
  virtualbox: async () => (await import('./virtualbox/driver.ts')).virtualboxDriver,
} satisfies Record<string, () => Promise<DriverDefinition<unknown>>>;

export type DriverName = keyof typeof DRIVERS;

export const DRIVER_NAMES = Object.keys(DRIVERS) as readonly DriverName[];

/** The driver of this name; undefined if there is none. */
export async function loadDriver(name: string): Promise<DriverDefinition<unknown> | undefined> {
  return Object.hasOwn(DRIVERS, name) ? await DRIVERS[name as DriverName]() : undefined;
}
