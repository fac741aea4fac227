import { isReserved, type Labels } from '../../machines/ownership.ts';
import type { Findings } from '../findings.ts';
import type { ComposeProject } from '../load.ts';
import type { KeyPath } from '../location.ts';
import type { ComposeService } from '../service-model.ts';

/**
 * Refuses labels by which this action knows whose a thing is, on everything that a compose file can
 * give labels to.
 */
export function refuseReservedLabels(project: ComposeProject, findings: Findings): void {
  for (const [name, service] of Object.entries(project.model.services)) {
    for (const { path, labels } of labelsOfService(name, service)) {
      refuseIn({ what: `service ${name}`, path, labels }, project, findings);
    }
  }
  for (const section of ['networks', 'volumes', 'configs', 'secrets'] as const) {
    for (const [key, object] of Object.entries(project.model[section])) {
      const labelled = { path: [section, key, 'labels'], labels: object?.labels };
      refuseIn({ what: `${section.slice(0, -1)} ${key}`, ...labelled }, project, findings);
    }
  }
}

interface Labelled {
  readonly path: KeyPath;
  readonly labels: Labels | null | undefined;
}

function labelsOfService(name: string, { labels, deploy, volumes }: ComposeService): Labelled[] {
  const service = ['services', name];
  return [
    { path: [...service, 'labels'], labels },
    { path: [...service, 'deploy', 'labels'], labels: deploy?.labels },
    ...(volumes ?? []).map(({ volume }, index) => ({
      path: [...service, 'volumes', index, 'volume', 'labels'],
      labels: volume?.labels,
    })),
  ];
}

function refuseIn(
  { what, path, labels }: Labelled & { readonly what: string },
  project: ComposeProject,
  findings: Findings,
): void {
  for (const key of Object.keys(labels ?? {}).filter(isReserved)) {
    findings.refuse(
      placeOf([...path, key], project),
      `${what}: the label \`${key.trim()}\` is one that Swarm Up gives itself: such labels say whose a thing is, and what may be removed. Choose a key that does not begin with \`swarm-up.\`.`,
    );
  }
}

/** A label that stands in a `label_file` is found at that key. */
function placeOf(path: KeyPath, { locate }: ComposeProject): KeyPath {
  const [section = '', name = ''] = path;
  const file = [section, name, 'label_file'];
  const isWritten = locate(path)?.line !== locate([section, name])?.line;
  return path[2] !== 'labels' || isWritten || locate(file) === undefined ? path : file;
}
