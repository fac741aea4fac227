import * as z from 'zod';

/** A service, config, secret or network of a swarm. */
export interface SeenObject {
  readonly kind: 'service' | 'config' | 'secret' | 'network';
  readonly id: string;
  readonly name: string;
  /** The stack that its labels name. */
  readonly stack: string | undefined;
  /** Grows with each change. */
  readonly version: number;
  /** Published, for example `18080/tcp`. */
  readonly ports: readonly string[];
}

export interface SeenContainer {
  readonly host: number;
  readonly id: string;
  readonly state: string;
  readonly stack: string | undefined;
}

/** What there is on the hosts and in their swarm. */
export interface Sight {
  readonly objects: readonly SeenObject[];
  readonly containers: readonly SeenContainer[];
  /** Of each node, `host name: key=value` in order, without those of the action. */
  readonly labels: readonly string[];
}

const STACK_LABEL = 'com.docker.stack.namespace';
/** Separates the kinds in what a host prints. */
const MARK = '== ';

const OBJECTS = ['service', 'config', 'secret', 'network'] as const;

/** For a shell on a manager: prints what `readObjects` reads. What goes meanwhile is left out. */
export const LIST_OBJECTS = `for kind in ${OBJECTS.join(' ')} node; do
  echo "${MARK}$kind"
  ids=$(docker $kind ls -q 2>/dev/null)
  [ -z "$ids" ] || docker $kind inspect --format '{{json .}}' $ids 2>/dev/null
done`;

/** For a shell on any host: prints what `readContainers` reads. */
export const LIST_CONTAINERS = `docker ps -a --no-trunc --format '{{.ID}} {{.State}} {{.Label "${STACK_LABEL}"}}'`;

const labels = z
  .record(z.string(), z.string())
  .nullish()
  .transform((found) => found ?? {});
const port = z.object({ Protocol: z.string(), PublishedPort: z.number().optional() });
const specified = z.object({
  ID: z.string(),
  Version: z.object({ Index: z.number() }),
  Spec: z.object({
    Name: z.string(),
    Labels: labels,
    EndpointSpec: z.object({ Ports: z.array(port).nullish() }).nullish(),
  }),
  Endpoint: z.object({ Ports: z.array(port).nullish() }).nullish(),
});
const network = z.object({ Id: z.string(), Name: z.string(), Labels: labels });
const node = z.object({
  Description: z.object({ Hostname: z.string() }),
  Spec: z.object({ Labels: labels }),
});

/** Reads what `LIST_OBJECTS` has printed. Throws where it is something else. */
export function readObjects(text: string): Pick<Sight, 'objects' | 'labels'> {
  const parts = partsOf(text);
  const objects = OBJECTS.flatMap((kind) =>
    (parts.get(kind) ?? []).map((value) =>
      kind === 'network' ? networkOf(value) : specifiedOf(kind, value),
    ),
  );
  const seen = (parts.get('node') ?? []).flatMap((value) => labelsOf(node.parse(value)));
  return { objects, labels: seen.sort() };
}

function partsOf(text: string): Map<string, unknown[]> {
  const parts = new Map<string, unknown[]>();
  let current: unknown[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(MARK)) {
      current = [];
      parts.set(line.slice(MARK.length), current);
    } else if (line.trim() !== '') current.push(JSON.parse(line));
  }
  return parts;
}

function specifiedOf(kind: SeenObject['kind'], value: unknown): SeenObject {
  const { ID, Version, Spec, Endpoint } = specified.parse(value);
  const ports = [...(Endpoint?.Ports ?? []), ...(Spec.EndpointSpec?.Ports ?? [])].flatMap(
    ({ Protocol, PublishedPort }) => (PublishedPort ? [`${PublishedPort}/${Protocol}`] : []),
  );
  return {
    kind,
    id: ID,
    name: Spec.Name,
    stack: Spec.Labels[STACK_LABEL],
    version: Version.Index,
    ports: [...new Set(ports)].sort(),
  };
}

function networkOf(value: unknown): SeenObject {
  const { Id, Name, Labels } = network.parse(value);
  return { kind: 'network', id: Id, name: Name, stack: Labels[STACK_LABEL], version: 0, ports: [] };
}

function labelsOf({ Description: { Hostname }, Spec }: z.infer<typeof node>): string[] {
  return Object.entries(Spec.Labels)
    .filter(([key]) => !key.startsWith('swarm-up.'))
    .map(([key, value]) => `${Hostname}: ${key}=${value}`);
}

/** Reads what `LIST_CONTAINERS` has printed on a host. */
export function readContainers(host: number, text: string): SeenContainer[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [id = '', state = '', stack = ''] = line.split(' ');
      return { host, id, state, stack: stack === '' ? undefined : stack };
    });
}
