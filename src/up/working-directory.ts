import { realpath, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ActionError } from '../base/errors.ts';
import { pathBelow } from '../base/files/path-below.ts';
import type { Inputs } from '../inputs/inputs.ts';

/**
 * The folder that relative paths of the inputs start from, absolute; the workspace where no
 * `working-directory` is given. Throws `ActionError` where there is none, and with a policy where
 * it is not in the workspace, which a link of a stranger could make.
 */
export async function workingDirectory(
  { workingDirectory: given, policy }: Pick<Inputs, 'workingDirectory' | 'policy'>,
  workspace: string,
): Promise<string> {
  if (given === undefined) return workspace;
  const folder = resolve(workspace, given);
  const found = await stat(folder).catch(() => undefined);
  if (!found?.isDirectory()) {
    throw new ActionError(`working-directory: ${given}: there is no such folder.`, {
      details: folder,
      hint: `It starts from the workspace (${workspace}). Is the repository checked out before this step?`,
    });
  }
  if (!policy) return folder;
  const [root, real] = await Promise.all([realpath(workspace), realpath(folder)]);
  if (isBelow(workspace, folder) && isBelow(root, real)) return folder;
  throw new ActionError(
    `working-directory: ${given}: it leads out of the workspace, which the policy \`restricted\` refuses.`,
    {
      details: `${folder} is ${real}; the workspace is ${root}.`,
      hint: 'Nothing has been created. Name a folder of the checkout that is no link to elsewhere (`policy` of this step; docs/security.md).',
    },
  );
}

function isBelow(folder: string, path: string): boolean {
  return pathBelow(folder, path) !== undefined;
}
