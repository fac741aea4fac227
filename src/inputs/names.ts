import { ActionError } from '../base/errors.ts';
import { nearest } from '../base/nearest.ts';

/** Every input of action.yml, in its order. */
export const INPUT_NAMES: readonly string[] = [
  'command',
  'driver',
  'driver-options',
  'cluster',
  'nodes',
  'managers',
  'hosts',
  'ssh-private-key',
  'ssh-passphrase',
  'ssh-password',
  'ssh-user',
  'ssh-port',
  'ssh-known-hosts',
  'ssh-host-key-checking',
  'ssh-jump',
  'unlock-key',
  'working-directory',
  'compose-file',
  'stack-name',
  'env',
  'profiles',
  'mtu',
  'compatibility',
  'policy',
  'port-offset',
  'prune',
  'dry-run',
  'on-failure',
  'recreate',
  'keep-versions',
  'build',
  'images',
  'image-transfer',
  'registry-auth',
  'registries',
  'resolve-image',
  'wait',
  'wait-timeout',
  'stable-for',
  'lock-timeout',
  'verify',
  'services',
  'since',
  'tail',
  'teardown',
  'remove-volumes',
  'ttl',
  'max-clusters',
  'closed-pull-requests',
  'url',
  'comment',
  'deployment',
  'environment',
  'github-token',
  'docker-host',
  'upload-diagnostics',
  'job-status',
];

/**
 * Refuses inputs that there are not and that are near to one: the runner hands on every key of
 * `with:`, as `INPUT_<NAME>`, and only warns of those that it does not know. A `dry_run: true` that
 * is passed over would deploy. What is near to none is told to `warn`: other programs hand on
 * variables of that form, too. Throws one `ActionError` that names each, with the input that was
 * most likely meant.
 */
export function refuseUnknownInputs(
  environment: Readonly<Record<string, string | undefined>>,
  warn: (message: string) => void,
): void {
  const known = new Set(INPUT_NAMES.map((name) => variableOf(name)));
  const problems: string[] = [];
  for (const key of Object.keys(environment)) {
    if (!key.startsWith(PREFIX) || known.has(key.toUpperCase())) continue;
    const name = key.slice(PREFIX.length).toLowerCase();
    const meant = nearest(name, INPUT_NAMES);
    if (meant === undefined) warn(`${name}: there is no such input; it is passed over.`);
    else problems.push(`${name}: there is no such input. Did you mean \`${meant}\`?`);
  }
  if (problems.length === 0) return;
  throw new ActionError(
    problems.length === 1
      ? 'An input of this step is not known.'
      : `${problems.length} inputs of this step are not known.`,
    {
      details: problems.join('\n'),
      hint: 'Nothing has been changed. Correct the `with:` of this step; every input is described in the README.',
    },
  );
}

const PREFIX = 'INPUT_';

/** As the runner names it (actions/runner, Handler.cs AddInputsToEnvironment). */
function variableOf(name: string): string {
  return PREFIX + name.replaceAll(' ', '_').toUpperCase();
}
