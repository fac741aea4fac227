import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setSecret } from '@actions/core';
import { ActionError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { limit, unlessAborted } from '../base/time-limit.ts';
import { leaveBehind } from '../exec/left-behind.ts';
import type { Inputs } from '../inputs/inputs.ts';
import type { ArtifactReport } from '../report/report.ts';

/** How long the upload may take, in ms: the failure itself must be reported before a job is cut. */
const UPLOAD_MS = 60_000;
/**
 * GitHub forbids `":<>|*?\/` and line ends in names of artifacts, and names of clusters have none
 * of them.
 */
const ARTIFACT = 'swarm-up';

/** What the runner gives to actions that are JavaScript, and to no `run:` step. */
interface ArtifactService {
  readonly ACTIONS_RUNTIME_TOKEN?: string | undefined;
  readonly ACTIONS_RESULTS_URL?: string | undefined;
  readonly GITHUB_SERVER_URL?: string | undefined;
}

interface Run {
  /** Its address at GitHub. */
  readonly runUrl: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Whether the runner has a service that takes artifacts of @actions/artifact, which has none at
 * other servers than GitHub's: Enterprise Server, Gitea, Forgejo.
 */
export function takesArtifacts({
  ACTIONS_RUNTIME_TOKEN: token,
  ACTIONS_RESULTS_URL: url,
  GITHUB_SERVER_URL: server,
}: ArtifactService): boolean {
  return Boolean(token && url) && isOfGitHub(server || 'https://github.com');
}

function isOfGitHub(server: string): boolean {
  const host = URL.parse(server)?.hostname.toLowerCase() ?? '';
  return host === 'github.com' || /\.(?:ghe\.com|localhost)$/.test(host);
}

/**
 * Uploads a folder of diagnostics where there is one, somebody takes it, and nobody minds. Never
 * throws: an upload that fails is a warning.
 */
export async function uploadIfAsked(
  folder: string | undefined,
  { cluster, uploadDiagnostics: isWanted }: Pick<Inputs, 'cluster' | 'uploadDiagnostics'>,
  run: Run & { readonly log: Pick<Log, 'group' | 'warning'> },
): Promise<ArtifactReport | undefined> {
  if (folder === undefined || !isWanted || !takesArtifacts(process.env)) return undefined;
  return await run.log.group('Uploading the diagnostics', () =>
    uploadDiagnostics(folder, cluster, run).catch((error: unknown) => {
      run.log.warning(notUploaded(error));
      return undefined;
    }),
  );
}

/**
 * Makes an artifact of the run of a folder, under a name of its own: a matrix, a second attempt and
 * another step may fail, too. Rejects with what the library or the service said, with an
 * `ActionError` after a minute.
 */
async function uploadDiagnostics(
  folder: string,
  cluster: string,
  { runUrl, signal }: Run,
): Promise<ArtifactReport> {
  setSecret(process.env.ACTIONS_RUNTIME_TOKEN ?? '');
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const name = `${ARTIFACT}-${cluster}-${randomBytes(3).toString('hex')}`;
  // 5 MB of code that only a failure needs.
  const { DefaultArtifactClient } = await import('@actions/artifact');
  using bounds = limit(
    [signal],
    UPLOAD_MS,
    () => new ActionError(`The artifact was not uploaded within ${UPLOAD_MS / 1_000} s.`),
  );
  bounds.signal.throwIfAborted();
  const uploading = new DefaultArtifactClient().uploadArtifact(name, files, folder);
  // The library knows no signal.
  bounds.signal.addEventListener('abort', leaveBehind);
  const { id } = await unlessAborted(uploading, bounds.signal);
  const url = runUrl === undefined || id === undefined ? undefined : `${runUrl}/artifacts/${id}`;
  return { name, url };
}

/** The warning for an upload that failed. */
function notUploaded(error: unknown): string {
  const said = error instanceof ActionError ? error.message : String(error);
  return `The diagnostics did not become an artifact. They are in the folder of the output \`diagnostics\` alone. ${said} To upload nothing, give \`upload-diagnostics: false\`.`;
}
