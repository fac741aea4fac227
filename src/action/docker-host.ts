import { contextNote, dockerHostVariables, variablesBefore } from '../docker-host/environment.ts';
import { ownSshFolder } from '../docker-host/ssh-folder.ts';
import { closeDockerHost } from '../docker-host/tunnel.ts';
import { githubLog } from '../report/log.ts';
import { exportVariable } from './runner/files.ts';

/**
 * Lets this process talk to the runner's own engine again where an earlier step of the job has
 * exported another. Returns the variables that undo the export for later steps; none where nothing
 * was exported.
 */
export function useOwnEngine(): Readonly<Record<string, string>> {
  const before = variablesBefore(process.env);
  for (const [name, value] of Object.entries(before)) {
    if (value === '') delete process.env[name];
    else process.env[name] = value;
  }
  return before;
}

/**
 * The last thing of main that has to do with an engine: from here on this process, too, would talk
 * to the manager.
 */
export function exportDockerHost(dockerHost: string): void {
  const note = contextNote(process.env);
  if (note) githubLog.warning(note);
  for (const [name, value] of Object.entries(dockerHostVariables(dockerHost, process.env))) {
    exportVariable(name, value);
  }
}

/**
 * Ends the tunnel, removes the keys that were written for it in `temp`, and undoes the export,
 * whichever of them fails. What the main step cannot have made is left as it is, and told: throws
 * `ActionError`.
 */
export async function endDockerHost(folder: string, temp: string): Promise<void> {
  const before = useOwnEngine();
  try {
    await closeDockerHost(await ownSshFolder(folder, temp));
  } finally {
    for (const [name, value] of Object.entries(before)) {
      exportVariable(name, value);
      if (value === '') delete process.env[name];
    }
  }
}
