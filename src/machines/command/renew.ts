import { ActionError } from '../../base/errors.ts';
import { EXPIRES_LABEL, isSameCluster, type Owner } from '../ownership.ts';
import { emptyAnswer } from './answers.ts';
import { callProgram } from './call-program.ts';
import { clustersOf, type Finding, find } from './find.ts';
import type { CommandOptions } from './options.ts';

/**
 * Has `owner.expires` written on everything of the cluster. Without a program for that, what is
 * written already has to reach as far: otherwise throws `ActionError`.
 */
export async function renew(
  finding: Finding,
  owner: Owner,
  { renew: argv }: Pick<CommandOptions, 'renew'>,
): Promise<void> {
  const { cluster, repository, expires } = owner;
  if (expires === undefined) return;
  if (argv) {
    const labels = { [EXPIRES_LABEL]: expires };
    const request = { action: 'renew', cluster, repository, labels } as const;
    await callProgram(finding.work, { argv, request, answer: emptyAnswer });
    return;
  }
  const clusters = clustersOf(await find(finding, owner));
  const written = clusters.find((one) => isSameCluster(one.owner, owner))?.owner.expires;
  if (written === undefined || Date.parse(written) >= Date.parse(expires)) return;
  throw new ActionError(
    `The end of cluster ${cluster} could not be moved to ${expires}: there is no program for it.`,
    {
      details: `Its machines say that it ends at ${written}.`,
      hint: 'Give a program as `renew` in `driver-options`. Or leave `ttl` out of this step: the cluster then ends as it was to.',
    },
  );
}
