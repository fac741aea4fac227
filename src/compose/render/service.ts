import type { Findings } from '../findings.ts';
import { checkContainerValues } from '../limits/container-values.ts';
import { referenceFault } from '../limits/image-reference.ts';
import { checkLimits } from '../limits/limits.ts';
import type { ComposeProject } from '../load.ts';
import type { ComposeService } from '../service-model.ts';
import type { Draft } from './draft.ts';
import { checkMountTargets } from './mounts.ts';
import { predefinedKey } from './networks.ts';
import { SERVICE_RULES } from './service-keys.ts';
import type { StackService, StackVersion } from './stack-file.ts';
import { isEmpty, withoutUnset } from './unset.ts';

/** Keys whose emptiness says something. */
const SAID_WHEN_EMPTY: readonly string[] = ['entrypoint', 'command', 'init', 'healthcheck'];

export interface DraftedService {
  readonly draft: Draft;
  /** As it goes into the stack file, apart from the image. */
  readonly service: Readonly<Record<string, unknown>>;
}

/** Translates one service, key by key; what cannot be translated becomes a finding. */
export function renderService(
  name: string,
  service: ComposeService,
  project: ComposeProject,
  findings: Findings,
  needs: (version: StackVersion) => void,
): DraftedService {
  const out: StackService = {
    deploy: { resources: { limits: {}, reservations: {} }, placement: {} },
    volumes: [],
    networks: {},
    ports: [],
  };
  const draft: Draft = {
    name,
    service,
    project,
    findings,
    out,
    needs,
    predefined: new Set(),
    credentialConfigs: new Set(),
  };
  for (const [key, rule] of Object.entries(SERVICE_RULES)) {
    const value = service[key as keyof ComposeService];
    const said = SAID_WHEN_EMPTY.includes(key) && value !== undefined && value !== null;
    // The table's own type says that each rule takes its key's value.
    if (said || !isEmpty(value)) (rule as (...all: unknown[]) => void)(value, draft, key);
  }
  checkMountTargets(draft);
  checkLimits(draft);
  checkContainerValues(draft);
  if (!service.image && isEmpty(service.provider)) refuseWithoutImage(draft);
  if (service.image) checkReference(service.image, draft);
  const { deploy, volumes, networks, ports, ...rest } = out;
  for (const network of draft.predefined) networks[predefinedKey(project, network)] = {};
  return {
    draft,
    service: {
      ...rest,
      ...withoutUnset({ ports, volumes, deploy }),
      ...(isEmpty(networks) ? {} : { networks }),
    },
  };
}

function checkReference(image: string, { name, findings }: Draft): void {
  const fault = referenceFault(image);
  if (fault === undefined) return;
  findings.refuse(
    ['services', name, 'image'],
    `service ${name}: \`image\` is ${image}, which is no reference to an image. ${fault}`,
  );
}

function refuseWithoutImage({ name, findings }: Draft): void {
  findings.refuse(
    ['services', name],
    `service ${name}: it has no \`image\`, and nothing is built here. Let this step build it with \`build: true\`. Or build and push it in an earlier step, and write its name as \`image\`. Without a registry, also name it in \`images\` of this step.`,
  );
}
