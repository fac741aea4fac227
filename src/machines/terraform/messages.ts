import * as z from 'zod';

// Lines of `-json` (developer.hashicorp.com, "Terraform machine-readable UI"). Other fields are not
// looked at.

const range = z.object({ filename: z.string(), start: z.object({ line: z.int() }) });

const diagnostic = z.object({
  severity: z.enum(['error', 'warning']),
  summary: z.string(),
  detail: z.string().default(''),
  address: z.string().optional(),
  range: range.nullish(),
});

const change = z.object({
  resource: z.object({
    addr: z.string(),
    resource_key: z.union([z.string(), z.number()]).nullish(),
  }),
  action: z.string(),
});

const said = { '@message': z.string() };

const known = z.discriminatedUnion('type', [
  z.object({ ...said, type: z.literal('diagnostic'), diagnostic }),
  z.object({ ...said, type: z.literal('planned_change'), change }),
  z.object({ ...said, type: z.literal('resource_drift'), change }),
  z.object({
    ...said,
    type: z.literal('change_summary'),
    changes: z.object({ remove: z.int(), operation: z.string() }),
  }),
]);
const other = z.object({ ...said, type: z.string() });

/** Of one line with `-json`; others have only a text. */
export type Message = z.infer<typeof known> | z.infer<typeof other>;

export type Diagnostic = z.infer<typeof diagnostic>;
/** What is to become of a resource: `create`, `delete`, `replace`, `update`, … */
export type PlannedChange = z.infer<typeof change>;

const KNOWN: readonly string[] = [
  'diagnostic',
  'planned_change',
  'resource_drift',
  'change_summary',
];

/** Of `validate -json`, which gives one document. */
export const validateAnswer = z.object({ diagnostics: z.array(diagnostic) });

/** Of `version -json`; OpenTofu gives its own version under the same name. */
export const versionAnswer = z.object({ terraform_version: z.string() });

/** What a line says. Undefined if it is none of `-json`, or not in the form that is documented. */
export function readMessage(line: string): Message | undefined {
  const text = other.safeParse(documentOf(line));
  if (!text.success || !KNOWN.includes(text.data.type)) return text.data;
  return known.safeParse(documentOf(line)).data;
}

function documentOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

export function isDiagnostic(
  message: Message,
): message is Extract<Message, { readonly diagnostic: Diagnostic }> {
  return 'diagnostic' in message;
}

/** The changes that a plan has, in its order. */
export function plannedChanges(messages: readonly Message[]): readonly PlannedChange[] {
  return changesOf(messages, 'planned_change');
}

/** What has become of resources without Terraform: `delete` if they are gone. */
export function driftedResources(messages: readonly Message[]): readonly PlannedChange[] {
  return changesOf(messages, 'resource_drift');
}

function changesOf(messages: readonly Message[], type: string): readonly PlannedChange[] {
  return messages.flatMap((message) =>
    'change' in message && message.type === type ? [message.change] : [],
  );
}

/** How many resources a `destroy` has removed; 0 if it does not say. */
export function removedBy(messages: readonly Message[]): number {
  const summaries = messages.flatMap((message) => ('changes' in message ? [message.changes] : []));
  return summaries.findLast(({ operation }) => operation === 'destroy')?.remove ?? 0;
}
