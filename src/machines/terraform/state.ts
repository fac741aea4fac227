import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import { type Asked, askedSchema } from './asked.ts';
import { MARKER } from './commands.ts';

const ADDRESS = 'an IP address or a host name';
const PORT = 'a port, 1 to 65535, or nothing';
const USER = 'the name of a user, or nothing';
const NAME = 'the key of the machine in `var.swarm_up.machines`';
const NODES = 'a list of nodes';
const HOST_KEYS = 'public host keys as in known_hosts, or nothing';
const OUTPUT = 'an object with `nodes`';

const address = z.string(ADDRESS).regex(/^[0-9A-Za-z:][0-9A-Za-z.:%_-]*$/, ADDRESS);

/** A machine as a module tells of it, in its output `swarm_up`. */
const node = z.object(
  {
    name: z.string(NAME).min(1, NAME),
    address,
    private_address: address.nullish(),
    user: z
      .string(USER)
      .regex(/^[A-Za-z_][A-Za-z0-9_.-]*$/, USER)
      .nullish(),
    port: z.int(PORT).min(1, PORT).max(65_535, PORT).nullish(),
    host_keys: z
      .array(
        z.string(HOST_KEYS).regex(/^(?:ssh|ecdsa|sk)-\S+ [A-Za-z0-9+/]+=*(?: .*)?$/, HOST_KEYS),
        HOST_KEYS,
      )
      .nullish(),
  },
  'a node with `name` and `address`',
);

export type Node = z.infer<typeof node>;

const output = z.object({ nodes: z.array(node, NODES) }, OUTPUT);

/** Of `state pull`: version 4, since Terraform 0.12 and in every OpenTofu. */
const stateFile = z.object({
  version: z.literal(4),
  lineage: z.string(),
  outputs: z.record(z.string(), z.object({ value: z.unknown() })),
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.object({
          index_key: z.union([z.string(), z.number()]).optional(),
          attributes: z.record(z.string(), z.unknown()).nullish(),
        }),
      ),
    }),
  ),
});

/** What the state of a workspace says. */
export interface ClusterState {
  /** The same from the first write to the last; a state that is made anew has another. */
  readonly lineage: string;
  /** Undefined if the state has no marker. Throws `ActionError` if that is in another form. */
  readonly asked: () => Asked | undefined;
  /** Undefined before the first whole apply. Throws as `asked`: no output stops a removal. */
  readonly nodes: () => readonly Node[] | undefined;
  readonly hasOutputs: boolean;
  /** Addresses of what Terraform is to remove. */
  readonly resources: readonly string[];
}

/**
 * Reads what `state pull` has printed for a workspace. Undefined if there is no state at all. Throws
 * `ActionError` if it is in another form.
 */
export function readState(name: string, text: string): ClusterState | undefined {
  if (text.trim() === '') return undefined;
  const state = stateFile.safeParse(documentOf(text));
  if (!state.success) throw notRead(name, state.error);
  const { lineage, outputs, resources } = state.data;
  const managed = resources.filter(({ mode }) => mode === 'managed');
  const marker = managed.find(
    ({ module, type, name: own }) => module === undefined && `${type}.${own}` === MARKER,
  );
  return {
    lineage,
    asked: () => marker && askedOf(name, marker.instances[0]?.attributes?.input),
    nodes: () => outputs.swarm_up && nodesOf(name, outputs.swarm_up.value),
    hasOutputs: Object.keys(outputs).length > 0,
    resources: managed.flatMap(({ module, type, name: own, instances }) =>
      instances.map(
        ({ index_key: key }) =>
          `${module === undefined ? '' : `${module}.`}${type}.${own}${key === undefined ? '' : `[${JSON.stringify(key)}]`}`,
      ),
    ),
  };
}

/** `terraform_data` keeps a value with its type beside it. */
const dynamic = z.object({ value: z.unknown() });

function askedOf(name: string, input: unknown): Asked {
  const asked = askedSchema.safeParse(dynamic.safeParse(input).data?.value);
  if (asked.success) return asked.data;
  throw new ActionError(
    `The resource ${MARKER} of the state ${name} does not hold what was asked.`,
    {
      details: problemsOf(asked.error, 'input'),
      hint: 'Declare `variable "swarm_up" { type = any }`, and give the resource `input = var.swarm_up`.',
    },
  );
}

function nodesOf(name: string, value: unknown): readonly Node[] {
  const read = output.safeParse(value);
  if (read.success) return read.data.nodes;
  throw new ActionError(
    `The output \`swarm_up\` of the module is not right, in the state ${name}.`,
    {
      details: problemsOf(read.error, 'swarm_up'),
      hint: 'What it has to hold is in docs/drivers/terraform.md.',
    },
  );
}

function notRead(name: string, error: z.ZodError): ActionError {
  return new ActionError(`The state ${name} was not understood.`, {
    details: problemsOf(error, 'state'),
    hint: 'Swarm Up reads states of version 4, of Terraform 1.4 and later, and of OpenTofu. Please report this with the version of yours.',
  });
}

/** A line for each: `swarm_up.nodes[0].address: expected an IP address or a host name`. */
function problemsOf({ issues }: z.ZodError, root: string): string {
  return issues
    .map(({ path, message }) => {
      const field = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`));
      return `\`${root}${field.join('')}\`: expected ${message}`;
    })
    .join('\n');
}

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
