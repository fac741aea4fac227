import type { Driver } from '../machines/driver.ts';
import type { ClusterId } from '../machines/ownership.ts';
import type { State } from './state.ts';

/** Why a cluster stays, as a sentence; undefined where it goes. */
export function reasonToKeep(state: State, jobStatus: string): string | undefined {
  if (state.superseded) return 'a newer run deploys it';
  switch (state.teardown) {
    case 'never':
      return '`teardown: never`';
    case 'always':
      return undefined;
    case 'on-success':
      if (!state.made) return 'it was there before this step';
      return state.stage !== 'succeeded' || jobStatus === 'failure'
        ? '`teardown: on-success`, and the job did not succeed'
        : undefined;
    case 'auto':
      return state.made ? undefined : 'it was there before this step';
  }
}

/** Whether a cluster that stays does so to be looked into. */
export function isKeptForLook({ teardown, made, superseded }: State): boolean {
  return teardown === 'on-success' && made && !superseded;
}

/** How to look into a cluster that was kept for that, and how to remove it afterwards, as lines. */
export async function howToEnter(id: ClusterId, driver: Driver): Promise<readonly string[]> {
  const way = driver.makesMachines ? await driver.wayIn?.(id) : undefined;
  return [
    ...(way === undefined ? [] : [`Look into it on this runner: ${way}`]),
    howToRemove(id.cluster, driver),
  ];
}

/** How to remove a cluster that stays, as a line. */
export function howToRemove(cluster: string, { name }: Pick<Driver, 'name'>): string {
  return `Remove it afterwards: ${stepThatRemoves(name, cluster)}`;
}

/**
 * What becomes of what a step has begun that is cancelled now, as a sentence. `state` is undefined
 * where it has created nothing.
 */
export function afterCancellation(state: State | undefined): string {
  if (!state) return 'It had created nothing.';
  const kept = reasonToKeep(state, 'cancelled');
  return kept === undefined
    ? 'The post step removes what it had begun.'
    : `What it had begun stays (${kept}): the next \`up\` completes it, \`command: down\` removes it.`;
}

/** The step that removes a cluster, in words. */
export function stepThatRemoves(driver: string, cluster: string): string {
  return `a step with \`command: down\`, \`driver: ${driver}\` and \`cluster: ${cluster}\``;
}
