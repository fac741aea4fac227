import { createHash } from 'node:crypto';
import { writtenReference } from '../images/content-tag.ts';
import { modeOf, type PresentNetwork, type ServiceSpec, STACK_LABEL } from '../stack/present.ts';
import { nameInSwarm, type WantedService, type WantedStack } from './wanted.ts';

// A service's settings in one form, whether they come from a stack file or from the swarm, so that
// both can be compared.

/** One item of a setting. */
export interface Item {
  /** For people: never a value that may be secret. */
  readonly shown: string;
  /** Differs where the item does; the same as `shown` where that is all of it. */
  readonly key: string;
}

/** Name of a setting -> its items. */
export type Settings = ReadonlyMap<string, readonly Item[]>;

/** What Docker itself writes on the services of a stack. */
const OWN_LABELS = [STACK_LABEL, 'com.docker.stack.image'];

export function wantedSettings(
  service: WantedService,
  wanted: WantedStack,
  stack: string,
): Settings {
  const mode = service.deploy?.mode ?? 'replicated';
  const nameOf = (kind: 'networks' | 'volumes' | 'configs' | 'secrets', key: string) =>
    nameInSwarm(stack, key, wanted[kind][key] ?? { labels: {} });
  const references = (kind: 'configs' | 'secrets') =>
    (service[kind] ?? []).map(({ source, target }) =>
      plain(`${nameOf(kind, source)} -> ${fileName(target ?? source)}`),
    );
  const networks = Object.keys(service.networks);
  return new Map([
    ['image', [imageItem(service.image)]],
    ['mode', [plain(mode)]],
    ['replicas', mode.startsWith('global') ? [] : [plain(String(service.deploy?.replicas ?? 1))]],
    ['entrypoint', hidden(service.entrypoint)],
    ['command', hidden(service.command)],
    ['environment', pairs(service.environment)],
    [
      'ports',
      (service.ports ?? []).map(({ published, target, protocol, mode: publishing }) =>
        plain(portText(published, target, protocol, publishing)),
      ),
    ],
    [
      'mounts',
      (service.volumes ?? []).map(({ type, source = '', target, read_only }) => {
        const name = type === 'volume' && source !== '' ? nameOf('volumes', source) : source;
        return plain(mountText(type, name, target, read_only ?? false));
      }),
    ],
    ['secrets', references('secrets')],
    ['configs', references('configs')],
    [
      'networks',
      (networks.length > 0 ? networks : ['default']).map((key) => plain(nameOf('networks', key))),
    ],
    ['labels', pairs(service.deploy?.labels ?? {})],
    ['container labels', pairs(service.labels)],
  ]);
}

export function presentSettings(spec: ServiceSpec, networks: readonly PresentNetwork[]): Settings {
  const container = spec.TaskTemplate.ContainerSpec;
  const mode = modeOf(spec);
  const replicas = spec.Mode.Replicated?.Replicas ?? spec.Mode.ReplicatedJob?.TotalCompletions;
  return new Map([
    ['image', [imageItem(spec.Labels['com.docker.stack.image'] ?? container?.Image ?? '')]],
    ['mode', [plain(mode)]],
    ['replicas', mode.startsWith('global') ? [] : [plain(String(replicas ?? 1))]],
    ['entrypoint', hidden(container?.Command)],
    ['command', hidden(container?.Args)],
    ['environment', (container?.Env ?? []).map(variable)],
    [
      'ports',
      (spec.EndpointSpec?.Ports ?? []).map((port) =>
        plain(portText(port.PublishedPort, port.TargetPort, port.Protocol, port.PublishMode)),
      ),
    ],
    [
      'mounts',
      (container?.Mounts ?? []).map(({ Type, Source, Target, ReadOnly }) =>
        plain(mountText(Type, Source, Target, ReadOnly)),
      ),
    ],
    [
      'secrets',
      (container?.Secrets ?? []).map(({ SecretName = '', File }) =>
        plain(`${SecretName} -> ${fileName(File?.Name ?? '')}`),
      ),
    ],
    [
      'configs',
      (container?.Configs ?? []).map(({ ConfigName = '', File }) =>
        plain(`${ConfigName} -> ${fileName(File?.Name ?? '')}`),
      ),
    ],
    [
      'networks',
      (spec.TaskTemplate.Networks ?? []).map(({ Target }) =>
        plain(networks.find(({ Id }) => Id === Target)?.Name ?? Target),
      ),
    ],
    ['labels', pairs(withoutOwn(spec.Labels))],
    ['container labels', pairs(withoutOwn(container?.Labels ?? {}))],
  ]);
}

function plain(text: string): Item {
  return { shown: text, key: text };
}

/** One that was rebuilt is shown by the same name, and has another content. */
export function imageItem(reference: string): Item {
  return { shown: writtenReference(reference), key: reference };
}

/** A setting that may hold a password: that it differs is all that is said. */
function hidden(words: readonly string[] | null | undefined): Item[] {
  if (!words || words.length === 0) return [];
  return [{ shown: '', key: JSON.stringify(words) }];
}

function pairs(map: Readonly<Record<string, unknown>>): Item[] {
  return Object.entries(map).map(([name, value]) =>
    variable(value === null ? name : `${name}=${String(value)}`),
  );
}

/** `NAME=value`: the name is shown, the value goes into the key as a hash. */
function variable(text: string): Item {
  const [name = ''] = text.split('=', 1);
  return { shown: name, key: createHash('sha256').update(text).digest('hex') };
}

function withoutOwn(labels: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([name]) => !OWN_LABELS.includes(name)));
}

/** Docker writes a target without a path in several ways. */
function fileName(target: string): string {
  return target.replace(/^\/(run\/secrets\/)?(?=[^/]+$)/, '');
}

function portText(
  published: number | undefined,
  target: number,
  protocol: string,
  mode: string,
): string {
  return `${published || 'chosen'}->${target}/${protocol}${mode === 'host' ? ' (host)' : ''}`;
}

function mountText(type: string, source: string, target: string, readOnly: boolean): string {
  return `${type} ${source === '' ? '' : `${source} -> `}${target}${readOnly ? ' (read-only)' : ''}`;
}
