import { afterEach, expect, test } from '@jest/globals';
import type { ActionRun } from '../../script/action-runner.ts';
import { HELLO_IMAGE } from '../../script/hello-image.ts';
import { clusterOfFile } from '../support/cluster.ts';
import { expectConclusion, QUICKLY, removeStack, SLEEPS, tasksOf } from '../support/stacks.ts';

const cluster = clusterOfFile('order', { nodes: '1', images: HELLO_IMAGE });
afterEach(() => removeStack(cluster(), 'shop'), 60_000);

interface Task {
  readonly CreatedAt: string;
  readonly Status: { readonly State: string; readonly Timestamp: string };
}

/** Every task of a service that the engine remembers, newest first. */
async function history(service: string): Promise<Task[]> {
  const ids = await cluster().docker('service', 'ps', '-q', '--no-trunc', service);
  const all = ids.split('\n').filter(Boolean);
  const tasks: Task[] = JSON.parse(await cluster().docker('inspect', '--type', 'task', ...all));
  return tasks.toSorted((a, b) => Date.parse(b.CreatedAt) - Date.parse(a.CreatedAt));
}

async function services(): Promise<string[]> {
  const names = await cluster().docker('service', 'ls', '--format', '{{.Name}}');
  return names.split('\n').sort();
}

test('the application comes after its migration, and not at all where that fails', async () => {
  cluster().write(
    'compose.yaml',
    `services:
  web:
    ${SLEEPS}
    environment: {VERSION: "\${CODE}"}
    deploy: {${QUICKLY}}
    depends_on: {migrate: {condition: service_completed_successfully}}
  migrate:
    image: ${HELLO_IMAGE}
    entrypoint: [sh, -c, 'busybox sleep 1; exit "\${CODE}"']
    healthcheck: {test: [CMD, "false"], interval: 500ms, retries: 1}
`,
  );
  const up = async (
    code: number,
    conclusion: ActionRun['conclusion'],
    inputs: Readonly<Record<string, string>> = {},
  ) => {
    const given = { nodes: '1', images: HELLO_IMAGE, 'stack-name': 'shop', env: `CODE=${code}` };
    const run = await cluster().up({ ...given, compatibility: 'strict', ...inputs });
    expectConclusion(run, conclusion);
    return run;
  };

  // Of an earlier version of the file: it goes with the last wave.
  const label = '--label=com.docker.stack.namespace=shop';
  const sleep = ['--entrypoint=busybox', HELLO_IMAGE, 'sleep', '3600'];
  await cluster().docker('service', 'create', '-d', '-q', '--name=shop_old', label, ...sleep);

  const failed = await up(3, 'failure');
  expect(failed.outputs.status).toBe('job-failed');
  expect(await services()).toEqual(['shop_migrate', 'shop_old']);
  const [first, ...more] = await history('shop_migrate');
  expect(first?.Status.State).toBe('failed');
  expect(more).toEqual([]);
  expect(failed.lines.join('\n')).toContain('Not deployed: web (waits for migrate)');
  expect(failed.summary).toContain('| `web` | not deployed: waits for migrate |');
  expect(failed.summary).toContain('  service web: not deployed\n');

  const well = await up(0, 'success');
  expect(await services()).toEqual(['shop_migrate', 'shop_web']);
  expect(well.summary).toContain('  in waves: migrate → web\n');
  expect(well.summary).toContain('| `migrate` | 1/1 completed |');
  const [migrated, ...before] = await history('shop_migrate');
  const [web] = await history('shop_web');
  expect(migrated?.Status.State).toBe('complete');
  expect(before).toHaveLength(1);
  const time = (text = '') => Date.parse(text);
  expect(time(web?.CreatedAt)).toBeGreaterThan(time(migrated?.Status.Timestamp));
  const tasks = await tasksOf(cluster(), 'shop_web');

  // The old version serves on, and where it fails the migration goes back to what it was.
  const back = await up(4, 'failure', { 'on-failure': 'rollback' });
  expect(back.outputs.status).toBe('rolled-back');
  expect(await tasksOf(cluster(), 'shop_web')).toEqual(tasks);
  const command = '{{json .Spec.TaskTemplate.ContainerSpec.Command}}';
  expect(await cluster().docker('service', 'inspect', '--format', command, 'shop_migrate')).toBe(
    '["sh","-c","busybox sleep 1; exit \\"0\\""]',
  );
}, 180_000);
