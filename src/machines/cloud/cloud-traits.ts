import type { MachineDriver } from '../driver.ts';

/** From the first login until cloud-init and the engine are ready, in ms. */
const READY_MS = 300_000;

/** What is true of the machines of every cloud. */
export const CLOUD_TRAITS = {
  makesMachines: true,
  onRunner: false,
  survivesRestart: true,
  installsEngine: true,
  readyTimeoutMs: READY_MS,
  // All that there may be: while they boot, they are only waited for. Orders have a bound of their own.
  atOnce: 50,
  settling: { quietMs: 10_000, pollMs: 2_000, limitMs: 240_000 },
  // What has to be known is known from `plan`.
  check: async () => {},
} as const satisfies Partial<MachineDriver>;
