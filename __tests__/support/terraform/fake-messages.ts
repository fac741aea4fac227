// What the stand-in of Terraform prints.
import type { RunResult } from '../../../src/exec/executor.ts';

/** What becomes of a resource. */
export type Action = 'create' | 'update' | 'delete';

export interface Change {
  readonly addr: string;
  readonly key: string | undefined;
  readonly action: Action;
}

export const text = (stdout: string): RunResult => ({ exitCode: 0, stdout, stderr: '' });

export function json(messages: readonly object[], exitCode = 0): RunResult {
  const stdout = messages.map((one) => `${JSON.stringify(one)}\n`).join('');
  return { exitCode, stdout, stderr: '' };
}

export function stale(): RunResult {
  const diagnostic = {
    ...{ severity: 'error', summary: 'Saved plan is stale' },
    detail:
      'The given plan file can no longer be applied because the state was changed by another operation after the plan was created.',
  };
  const said = { '@level': 'error', '@message': 'Error: Saved plan is stale' };
  return json([{ ...said, diagnostic, type: 'diagnostic' }], 1);
}

export function planned(changes: readonly Change[]): readonly object[] {
  return changes.map(({ addr, key = null, action }) => ({
    ...{ '@level': 'info', '@message': `${addr}: Plan to ${action}`, type: 'planned_change' },
    change: { resource: { addr, resource_key: key }, action },
  }));
}

export function done(changes: readonly Change[]): readonly object[] {
  return changes.flatMap(({ addr, key = null, action }) =>
    (['apply_start', 'apply_complete'] as const).map((type) => ({
      ...{ '@level': 'info', '@message': `${addr}: ${type} ${action}`, type },
      hook: { resource: { addr, resource_key: key }, action },
    })),
  );
}

/** What a command says that plans and applies. */
export function wholeRun(operation: string, changes: readonly Change[]): readonly object[] {
  const after = [...done(changes), summary(operation, changes)];
  return [...planned(changes), summary('plan', changes), ...after];
}

export function summary(operation: string, changes: readonly Change[]): object {
  const of = (action: Action) => changes.filter((one) => one.action === action).length;
  const counts = { add: of('create'), change: of('update'), remove: of('delete') };
  return {
    ...{ '@level': 'info', '@message': `${operation}: ${JSON.stringify(counts)}` },
    ...{ type: 'change_summary', changes: { ...counts, operation } },
  };
}
