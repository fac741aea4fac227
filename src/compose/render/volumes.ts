import type { Findings } from '../findings.ts';
import type { ComposeProject } from '../load.ts';
import type { StackObject } from './stack-file.ts';
import { withoutUnset } from './unset.ts';

/**
 * Volumes of the file. A name that Compose made up is left to Docker, which makes `<stack>_<key>`
 * of it.
 */
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

/** moby volume/local: the characters of a name, and what a volume may be told. */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const OPTIONS = ['type', 'o', 'device', 'size'];
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  device: ['type'],
  type: ['device'],
  o: ['device', 'type'],
};

/** Refuses volumes that no node would make. Those of plugins have rules of their own. */
export function checkVolumes(project: ComposeProject, refuse: Findings['refuse']): void {
  for (const [key, volume] of Object.entries(project.model.volumes)) {
    const { name, driver, driver_opts: options, external } = volume ?? {};
    if (driver && driver !== 'local') continue;
    if (name && !name.includes('{{') && !NAME.test(name)) {
      refuse(
        ['volumes', key, 'name'],
        `volume ${key}: its name is ${name}. Names of volumes have letters, digits and \`_.-\`, and begin with a letter or digit.`,
      );
    }
    if (external) continue;
    for (const option of Object.keys(options ?? {})) {
      const missing = (NEEDED[option] ?? []).filter((other) => !options?.[other]);
      if (!OPTIONS.includes(option)) {
        refuse(
          ['volumes', key, 'driver_opts', option],
          `volume ${key}: \`driver_opts\` has ${option}, which the driver local does not know. It has ${OPTIONS.join(', ')}.`,
        );
      } else if (missing.length > 0) {
        refuse(
          ['volumes', key, 'driver_opts', option],
          `volume ${key}: \`driver_opts\` has ${option} without ${missing.join(' and ')}, which no node takes. Add it.`,
        );
      }
    }
  }
}
