import type { Policy } from '../stack/policy.ts';
import { Problem } from './problem.ts';
import { known } from './values.ts';

const DEFAULTS: Policy = { maxServices: 25, maxTasks: 50 };

const LIMITS: Readonly<Record<string, keyof Policy>> = {
  'max-services': 'maxServices',
  'max-tasks': 'maxTasks',
};

/** Events that run with the rights of the repository, on what a stranger may have written (docs.github.com, "Security hardening"). */
const OF_STRANGERS = ['pull_request_target', 'workflow_run'];

/**
 * `none`, or `restricted` with limits of one's own, as `restricted max-services=10`; nothing is `restricted` in events of strangers.
 * `undefined` means: no policy.
 */
export function parsePolicy(text: string, event: string | undefined): Policy | undefined | Problem {
  const [mode = '', ...limits] = text.split(/\s+/);
  if (mode === '') return OF_STRANGERS.includes(event ?? '') ? DEFAULTS : undefined;
  if (mode === 'none' && limits.length === 0) return undefined;
  if (mode !== 'restricted') {
    return new Problem(`not known. ${known(mode, ['none', 'restricted'])}`);
  }
  const policy: Record<keyof Policy, number> = { ...DEFAULTS };
  for (const limit of limits) {
    const [, name = '', count] = /^([^=]*)=(\d{1,5})$/.exec(limit) ?? [];
    const key = LIMITS[name];
    if (key === undefined || count === undefined) {
      return new Problem(
        `\`${limit}\` is not a limit. Write for example \`restricted max-services=10 max-tasks=20\`.`,
      );
    }
    policy[key] = Number(count);
  }
  return policy;
}
