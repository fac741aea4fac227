import pLimit from 'p-limit';
import type { Executor } from '../exec/executor.ts';
import { type EngineApi, engineApi } from './api.ts';

/**
 * How many streams there are at most beside that of the machine: with it four, which every host
 * has room for, if need be on further connections; see ssh/channels.ts.
 */
export const LANES = 3;

/** Several streams to one engine, each of which takes one question at a time. */
export interface EngineLanes extends Disposable {
  /**
   * Runs `work`, as soon as fewer than `LANES` others are at it, with a stream that none of them
   * asks: that of the machine for one that is alone, else one of those beside it.
   */
  use<T>(work: (api: EngineApi) => Promise<T>): Promise<T>;
}

/**
 * Streams to the engine of a machine, opened when they are needed. Disposing closes them, apart from
 * that of the machine; they may be used again afterwards.
 */
export function engineLanes(
  { ssh, api }: { readonly ssh: Executor; readonly api: EngineApi },
  open: (executor: Executor) => EngineApi = engineApi,
): EngineLanes {
  const limit = pLimit(LANES);
  let opened: EngineApi[] = [];
  const busy = new Set<EngineApi>();
  const further = (): EngineApi => {
    const one = open(ssh);
    opened.push(one);
    return one;
  };
  let users = 0;
  return {
    use: async (work) => {
      users += 1;
      try {
        return await limit(async () => {
          const free = () => opened.find((one) => !busy.has(one)) ?? further();
          const lane = users === 1 ? api : free();
          busy.add(lane);
          try {
            return await work(lane);
          } finally {
            busy.delete(lane);
          }
        });
      } finally {
        users -= 1;
      }
    },
    [Symbol.dispose]: () => {
      for (const one of opened) one[Symbol.dispose]();
      opened = [];
    },
  };
}
