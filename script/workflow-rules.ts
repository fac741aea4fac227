import {
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
  YAMLMap,
} from 'yaml';

export interface Finding {
  readonly line: number;
  readonly message: string;
}

export interface Rules {
  /** `owner/name` of this repository's own action, which its examples use by its moving tag. */
  readonly own: string;
}

/**
 * What actionlint does not ask for: actions pinned by commit, least permissions, a limit for every
 * job.
 */
export function checkWorkflow(text: string, { own }: Rules): Finding[] {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const findings: Finding[] = [];
  const find = (node: unknown, message: string) => {
    const offset = (node as Node | undefined)?.range?.[0] ?? 0;
    findings.push({ line: lines.linePos(offset).line, message });
  };

  const [syntax] = document.errors;
  if (syntax) return [{ line: syntax.linePos?.[0].line ?? 1, message: syntax.message }];
  const root = document.contents;
  if (!isMap(root)) return [{ line: 1, message: 'is not a workflow' }];

  const permissions = root.get('permissions', true);
  if (permissions === undefined)
    find(root, 'has no `permissions` at its top; write `permissions: {}`');
  else if (!isReadOnly(permissions)) {
    find(
      permissions,
      'permissions at its top are more than `read`; give them to the job that needs them',
    );
  }

  const jobs = root.get('jobs', true);
  for (const pair of isMap(jobs) ? jobs.items : []) {
    const [name, job] = [String(pair.key), pair.value];
    if (!isMap(job)) continue;
    if (!job.has('permissions')) find(pair.key, `job ${name} has no \`permissions\``);
    if (!job.has('timeout-minutes') && !job.has('uses')) {
      find(pair.key, `job ${name} has no \`timeout-minutes\``);
    }
    for (const step of stepsOf(job)) {
      if (String(step.get('uses')).startsWith('actions/checkout@') && keepsCredentials(step)) {
        find(step, 'checkout leaves its token in the workspace; set `persist-credentials: false`');
      }
    }
  }

  visit(document, {
    Pair(_key, { key, value }) {
      if (!isScalar(key) || key.value !== 'uses' || !isScalar(value)) return;
      const problem = pinProblem(String(value.value), value.comment ?? '', own);
      if (problem) find(value, `${value.value}: ${problem}`);
    },
  });
  return findings.sort((a, b) => a.line - b.line);
}

function isReadOnly(permissions: unknown): boolean {
  if (isScalar(permissions)) return permissions.value === 'read-all';
  if (!(permissions instanceof YAMLMap)) return false;
  return permissions.items.every(({ value }) => ['read', 'none'].includes(String(value)));
}

function stepsOf(job: YAMLMap): YAMLMap[] {
  const steps = job.get('steps', true);
  return isSeq(steps) ? steps.items.filter((step) => isMap(step)) : [];
}

function keepsCredentials(step: YAMLMap): boolean {
  const value = step.getIn(['with', 'persist-credentials']);
  return value !== false && value !== 'false';
}

function pinProblem(uses: string, comment: string, own: string): string | undefined {
  if (uses.startsWith('./') || uses.startsWith(`${own}@`)) return undefined;
  if (uses.startsWith('docker://')) {
    return /@sha256:[0-9a-f]{64}$/.test(uses) ? undefined : 'the image is not pinned by digest';
  }
  if (!/^[^@\s]+@[0-9a-f]{40}$/.test(uses)) return 'is not pinned by the 40 digits of a commit';
  if (!/^\s*v\d/.test(comment)) return 'has no comment with its version, like `# v1.2.3`';
  return undefined;
}
