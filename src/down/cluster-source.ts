import type { DriverLog } from '../base/log.ts';
import type { WallClock } from '../engine/wall-clock.ts';
import type { OwnedCluster } from '../machines/driver.ts';

/** Where clusters are found and removed. */
export interface ClusterSource {
  /** Every cluster there is, whoever's it is. */
  list(): Promise<readonly OwnedCluster[]>;
  /**
   * What time it is by the engines of a cluster; undefined where its machines have no clock but the
   * runner's. Throws where none of them answers.
   */
  clocks?(cluster: OwnedCluster, now: () => Date): Promise<readonly WallClock[]>;
  /**
   * Removes one whole, of those that were listed last. Gives why a part of it has to stay, where
   * one does; throws where something is left that should have gone, `StackBusy` where a run deploys
   * to it at this moment, and `HostsBusy` where one makes its swarm.
   */
  remove(cluster: OwnedCluster, log: DriverLog): Promise<string | undefined>;
  /** Undefined where each has to go by itself. */
  readonly beside?: Beside | undefined;
}

/** Which clusters do not get in each other's way. */
export interface Beside {
  /** How many go at once. */
  readonly most: number;
  /** Whether this is one of them. The others go after them, one after the other. */
  mayGo(cluster: OwnedCluster): boolean;
  /** Called once the last of them is done. */
  over(): void;
}
