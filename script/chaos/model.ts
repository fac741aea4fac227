import type { Action } from './action.ts';

/** What is known of a stack. Unknown: a run that would have changed it was cut off, or failed. */
export type Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'deployed'; readonly version: number; readonly urls: readonly string[] };

/** A stack as it should be by now. */
export interface StackModel {
  readonly stack: string;
  readonly cluster: string;
  readonly repository: string;
  readonly condition: Condition;
  /** The earliest moment at which its life may end, in ms; undefined where it has no end. */
  readonly expires: number | undefined;
  /** Whether its pull request is open. */
  readonly isOpen: boolean;
  /** Whether an action on it is running. */
  readonly isBusy: boolean;
  /**
   * Whether a sweep might have removed it when the last action on it began: one that was at it then
   * may do so all the same.
   */
  readonly wasDue: boolean;
  /** Grows with everything that is done to it: what was seen in between counts for nothing. */
  readonly epoch: number;
}

/** What must be seen of a stack; `anything` where nobody can tell. */
export type Expectation =
  | { readonly kind: 'anything' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'answers'; readonly version: number; readonly urls: readonly string[] };

/** What became of a run on a stack. */
export interface RunEnd {
  readonly succeeded: boolean;
  /** Where the stack answers. */
  readonly urls: readonly string[];
  /** Whether post ran, and succeeded. */
  readonly cleaned: boolean;
  /** Whether it got to where it changes the stack. */
  readonly touched: boolean;
}

/**
 * An expiry is written to the second, and a check takes time: what ends so soon, in ms, is not
 * asked any more.
 */
const MARGIN_MS = 3_000;

export function newStack(id: Pick<StackModel, 'stack' | 'cluster' | 'repository'>): StackModel {
  const fresh = { expires: undefined, isOpen: true, isBusy: false, wasDue: false, epoch: 0 };
  return { ...id, ...fresh, condition: { kind: 'absent' } };
}

/** An action on the stack begins. `now` in ms. */
export function begun(model: StackModel, action: Action, now: number): StackModel {
  const isDeployment = action.kind === 'up' || action.kind === 'try';
  return {
    ...model,
    isOpen: isDeployment,
    expires: isDeployment ? earliest(model, action, now) : model.expires,
    isBusy: true,
    wasDue: isDue(model, now),
    epoch: model.epoch + 1,
  };
}

/** It may be cut off before or after it has written the new end. */
function earliest(
  { expires: before }: StackModel,
  { ttlMs }: Action,
  now: number,
): number | undefined {
  if (ttlMs === undefined) return before;
  return before === undefined ? now + ttlMs : Math.min(before, now + ttlMs);
}

/** The action that began at `beganAt`, in ms, is over. */
export function ended(model: StackModel, action: Action, end: RunEnd, beganAt: number): StackModel {
  const condition = conditionAfter(model, action, end);
  const isRenewed = condition.kind === 'deployed' && action.ttlMs !== undefined;
  return {
    ...model,
    condition,
    expires:
      condition.kind === 'absent'
        ? undefined
        : isRenewed
          ? beganAt + (action.ttlMs ?? 0)
          : model.expires,
    isBusy: false,
    epoch: model.epoch + 1,
  };
}

function conditionAfter(
  { condition, wasDue }: StackModel,
  { kind, version }: Action,
  { succeeded, urls, cleaned, touched }: RunEnd,
): Condition {
  if (!touched) return wasDue && condition.kind === 'deployed' ? { kind: 'unknown' } : condition;
  switch (kind) {
    case 'close':
    case 'sweep':
      return condition;
    case 'up':
      return succeeded ? { kind: 'deployed', version, urls } : { kind: 'unknown' };
    case 'try':
      // Whether post had to remove what was there before depends on how far main got; where there
      // was nothing, there is nothing in any case.
      return cleaned && (succeeded || condition.kind === 'absent')
        ? { kind: 'absent' }
        : { kind: 'unknown' };
    case 'down':
      return succeeded ? { kind: 'absent' } : { kind: 'unknown' };
  }
}

/** A sweep says that it has removed the stack. */
export function swept(model: StackModel): StackModel {
  return {
    ...model,
    condition: { kind: 'absent' },
    expires: undefined,
    epoch: model.epoch + 1,
  };
}

/**
 * Whether a sweep may remove it now, or in a moment; `closed`: one that also removes what is of
 * closed pull requests.
 */
export function isDue({ expires, isOpen }: StackModel, now: number, closed = true): boolean {
  return (closed && !isOpen) || (expires !== undefined && expires <= now + MARGIN_MS);
}

/** What must be seen of the stack at this moment, in ms. */
export function expectationOf(model: StackModel, now: number): Expectation {
  const { condition, isBusy } = model;
  if (isBusy || condition.kind === 'unknown') return { kind: 'anything' };
  if (condition.kind === 'absent') return { kind: 'nothing' };
  if (isDue(model, now)) return { kind: 'anything' };
  return { kind: 'answers', version: condition.version, urls: condition.urls };
}
