import type { Policy } from '../compose/policy/policy.ts';
import { Problem } from './problem.ts';
import { known } from './values.ts';

const DEFAULTS: Policy = { maxServices: 25, maxTasks: 50 };

const LIMITS: Readonly<Record<string, keyof Policy>> = {
  'max-services': 'maxServices',
  'max-tasks': 'maxTasks',
};

/**
 * Events that only somebody with write access starts, or that run the workflow of the stranger's
 * own branch without secrets, where a policy in it would be the stranger's to change
 * (docs.github.com, "Events that trigger workflows"). In every other event, one that is not known
 * here too, the repository's workflow runs with its secrets on what a stranger may have written.
 */
const OF_WRITERS: ReadonlySet<string> = new Set([
  ...['push', 'create', 'delete', 'merge_group', 'release', 'registry_package', 'image_version'],
  ...['schedule', 'workflow_dispatch', 'repository_dispatch', 'page_build'],
  ...['branch_protection_rule', 'public', 'label', 'milestone'],
  ...['pull_request', 'pull_request_review', 'pull_request_review_comment'],
]);

/**
 * Events that carry what their sender gives them. With the number of a pull request they are about
 * its files.
 */
const DISPATCHES: readonly string[] = ['workflow_dispatch', 'repository_dispatch'];

/** What is read of a run to choose the policy where none is given. */
interface PolicyEnvironment {
  /** Undefined outside of GitHub. */
  readonly GITHUB_EVENT_NAME?: string | undefined;
  /** The pull request that the run is about. */
  readonly pullRequest?: number | undefined;
}

/**
 * `none`, or `restricted` with limits of one's own, as `restricted max-services=10`; nothing is
 * `restricted` in runs that may have secrets beside files of a stranger. `undefined` means: no
 * policy.
 */
export function parsePolicy(text: string, run: PolicyEnvironment): Policy | undefined | Problem {
  const [mode = '', ...limits] = text.split(/\s+/);
  if (mode === '') return isOfStranger(run) ? DEFAULTS : undefined;
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

function isOfStranger({ GITHUB_EVENT_NAME: event, pullRequest }: PolicyEnvironment): boolean {
  if (!event) return false;
  if (DISPATCHES.includes(event)) return pullRequest !== undefined;
  return !OF_WRITERS.has(event);
}
