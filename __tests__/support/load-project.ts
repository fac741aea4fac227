import { type ComposeProject, type ComposeSource, loadCompose } from '../../src/compose/load.ts';
import { openFiles } from '../../src/compose/project-files.ts';
import type { Executor } from '../../src/exec/executor.ts';

/** A project of a workspace that nobody has to be guarded from. */
export interface ProjectSource extends ComposeSource {
  readonly files: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Opens the files and loads them, as `up` does. */
export async function loadProject(
  runner: Executor,
  source: ProjectSource,
  signal?: AbortSignal,
): Promise<ComposeProject> {
  return await loadCompose(await openFiles(runner, source), source, signal);
}
