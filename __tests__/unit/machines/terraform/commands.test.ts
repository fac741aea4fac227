import { expect, test } from '@jest/globals';
import { argvOf, commands, readsOf } from '../../../../src/machines/terraform/commands.ts';

const PROGRAM = { binary: 'terraform', module: '/job/machines' };
const changing = { lockTimeoutMs: 120_000, varFiles: ['/tmp/own.json', '/tmp/swarm-up.json'] };
const line = (words: Parameters<typeof argvOf>[1]) => argvOf(PROGRAM, words).join(' ');
const FLAGS =
  '-json -input=false -lock-timeout=120s -var-file=/tmp/own.json -var-file=/tmp/swarm-up.json';

test.each([
  [commands.version(), 'version -json'],
  [
    commands.init(['bucket=b'], { isReadOnly: false }),
    'init -input=false -no-color -backend-config=bucket=b',
  ],
  [
    commands.init([], { isReadOnly: true, plugins: '/tmp/p' }),
    'init -input=false -no-color -lockfile=readonly -plugin-dir=/tmp/p',
  ],
  [commands.validate(), 'validate -json'],
  [commands.workspaces(), 'workspace list'],
  [commands.state(), 'state pull'],
  [commands.mark(changing), `apply -auto-approve -target=terraform_data.swarm_up ${FLAGS}`],
  [commands.plan(changing), `plan ${FLAGS}`],
  [commands.plan(changing, '/tmp/plan'), `plan -out=/tmp/plan ${FLAGS}`],
  [commands.apply('/tmp/plan', changing), 'apply -json -input=false -lock-timeout=120s /tmp/plan'],
  [commands.destroy(changing), `destroy -auto-approve ${FLAGS}`],
  [
    commands.deleteWorkspace('su-1-shop', { lockTimeoutMs: 500 }),
    'workspace delete -no-color -lock-timeout=1s su-1-shop',
  ],
])('%j', (words, expected) => {
  expect(line(words)).toBe(`terraform -chdir=/job/machines ${expected}`);
  // Whoever has the lock would lose what it writes.
  expect(line(words)).not.toContain('-lock=');
});

test('a dry run may ask, and change nothing', () => {
  const isRead = (words: Parameters<typeof argvOf>[1], binary = 'terraform') =>
    readsOf('terraform').some((reads) => reads(argvOf({ ...PROGRAM, binary }, words)));
  const asks = [
    ...[commands.version(), commands.init(['bucket=b'], { isReadOnly: true })],
    ...[commands.validate(), commands.workspaces(), commands.state(), commands.plan(changing)],
  ];
  expect(asks.map((words) => isRead(words))).toEqual(asks.map(() => true));
  expect(isRead(commands.version(), '/tools/terraform-bin')).toBe(true);
  expect(isRead(commands.version(), 'sh')).toBe(false);
  const changes = [
    ...[commands.mark(changing), commands.plan(changing, '/tmp/plan')],
    ...[commands.apply('/tmp/plan', changing), commands.destroy(changing)],
    commands.deleteWorkspace('su-1-shop', changing),
    ['init', '-input=false', '-no-color', '-migrate-state'] as const,
    ['workspace', 'list', 'x'] as const,
    ['plan', '-json', '-input=false', '-lock-timeout=1s', '-out=x'] as const,
  ];
  expect(changes.filter((words) => isRead(words))).toEqual([]);
});
