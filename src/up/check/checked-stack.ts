import type { Build } from '../../compose/build.ts';
import type { ComposeProject } from '../../compose/load.ts';
import type { ProjectFiles } from '../../compose/project-files.ts';
import type { RenderedStack, RenderOptions } from '../../compose/render/render.ts';
import type { ImageSource } from '../../images/sources.ts';
import type { Login } from '../../registry/login.ts';
/** A compose file, loaded and rendered. */
export interface CheckedStack {
  readonly project: ComposeProject;
  readonly stack: RenderedStack;
  /** The stack once more, as the inputs have it but for these. */
  readonly render: (
    changes: Pick<RenderOptions, 'images' | 'portOffset'>,
  ) => Promise<RenderedStack>;
  /**
   * References of the services whose images are loaded into the nodes, as the stack file has them.
   */
  readonly loaded: ReadonlySet<string>;
  /** For the registries that the stack uses. */
  readonly logins: readonly Login[];
  /** Those that are loaded into the nodes. */
  readonly images: readonly ImageSource[];
  /** What has to be built before the stack can be deployed; empty once it was. */
  readonly builds: readonly Build[];
  /** The compose files, as they lie there. */
  readonly files: ProjectFiles;
}
