import type { ComposeProject } from '../compose.ts';
import type { StackObject } from '../stack-model.ts';
import { withoutUnset } from './empty.ts';

/** Volumes of the file. A name that Compose made up is left to Docker, which makes `<stack>_<key>` of it. */
export function renderVolumes(project: ComposeProject): Record<string, StackObject> {
  return Object.fromEntries(
    Object.entries(project.model.volumes).map(([key, volume]) => {
      if (volume?.external) return [key, { external: true, name: volume.name ?? key }];
      const explicit = volume?.name === `${project.model.name}_${key}` ? undefined : volume?.name;
      const { driver, driver_opts, labels } = volume ?? {};
      return [key, withoutUnset({ name: explicit, driver, driver_opts, labels }) ?? {}];
    }),
  );
}
