import { describe, expect, test } from '@jest/globals';
import { type Assessment, judge } from '../../../../src/converge/judge/judge.ts';
import type { Snapshot } from '../../../../src/stack/snapshot.ts';
import type { Service, Task } from '../../../../src/swarm/objects.ts';
import { captured, expecting } from '../../../support/snapshots.ts';

function assess(snapshot: Snapshot, remembered: readonly Task[] = []): Assessment {
  return judge(expecting(), { ...snapshot, service: snapshot.services[0], remembered });
}

/**
 * The class of the trouble and after how many seconds it is final, or `converged`, or `pending`.
 */
function outcome({ verdict, trouble }: Assessment): string {
  return trouble ? `${trouble.class} after ${trouble.afterMs / 1_000} s` : verdict.state;
}

describe('the real answers of a swarm', () => {
  test.each([
    // First deployment: no UpdateStatus at all.
    ['first-deploy-starting', 'pending', '0/3 running, 3 preparing'],
    ['first-deploy-running', 'converged', '3/3 running'],
    ['crash-loop', 'crash-loop after 0 s', '1/2 running, 1 assigned, 9 failed'],
    ['program-not-found', 'crash-loop after 0 s', '0/1 running, 1 assigned, 4 failed'],
    ['bind-source-missing', 'crash-loop after 0 s', '0/1 running, 1 preparing, 4 failed'],
    ['port-taken-on-node', 'crash-loop after 0 s', '0/1 running, 1 preparing, 4 failed'],
    ['out-of-memory', 'crash-loop after 0 s', '0/1 running, 1 preparing, 4 failed'],
    ['exits-0-restart-any', 'crash-loop after 0 s', '0/1 running, 1 starting, 4 ended'],
    ['exits-0-attempts-exhausted', 'crash-loop after 2 s', '0/1 running, 2 ended'],
    ['unhealthy', 'pending', '0/1 running, 1 starting, 2 failed'],
    ['unhealthy-exits-0', 'crash-loop after 0 s', '0/1 running, 1 starting, 4 ended'],
    ['unhealthy-exits-0-on-failure', 'crash-loop after 2 s', '0/1 running, 1 ended'],
    ['user-unknown', 'pending', '0/1 running, 1 ready, 2 failed'],
    ['healthcheck-starting', 'pending', '0/1 running, 1 starting'],
    ['image-missing', 'image after 6 s', '0/1 running, 2 failed'],
    ['image-missing-again', 'image after 6 s', '0/1 running, 4 failed'],
    ['crash-after-7s-up', 'converged', '1/1 running'],
    ['crash-after-7s-down', 'pending', '0/1 running, 1 starting, 1 failed'],
    ['crash-after-7s-again', 'converged', '1/1 running, 4 failed'],
    // Of Docker Engine 28.
    ['28/running', 'converged', '2/2 running'],
    ['28/image-missing', 'image after 6 s', '0/2 running, 1 assigned, 1 preparing, 6 failed'],
    [
      '28/port-taken-on-node',
      'crash-loop after 0 s',
      '0/2 running, 1 preparing, 1 starting, 5 failed',
    ],
    ['28/program-not-found', 'crash-loop after 0 s', '0/1 running, 1 preparing, 4 failed'],
    ['28/unhealthy', 'pending', '0/1 running, 1 preparing, 1 failed'],
    // Updates.
    ['update-first-task-ready', 'pending', '0/2 running, 1 ready, updating'],
    ['update-half-done', 'pending', '1/2 running, 1 ready, updating'],
    ['update-all-running-in-monitor', 'pending', '2/2 running, updating'],
    ['update-completed', 'converged', '2/2 running'],
    ['update-first-task-failed', 'pending', '0/2 running, 2 ready, 1 failed, updating'],
    ['rollback-started', 'rolled-back after 0 s', '0/2 running, 1 accepted, rolling back'],
    ['rollback-running-again', 'rolled-back after 0 s', '2/2 running, rolling back'],
    ['rollback-completed', 'rolled-back after 0 s', '2/2 running, rolled back'],
    ['rollback-paused', 'rolled-back after 0 s', '0/1 running, 1 ready, 1 failed, rollback failed'],
    ['update-paused', 'paused after 0 s', '0/2 running, 2 ready, 7 failed, update paused'],
    ['update-continue', 'crash-loop after 0 s', '1/2 running, 1 assigned, 8 failed'],
    // What is meant to end.
    ['one-shot-complete', 'converged', '1/1 completed'],
    ['one-shot-on-failure-complete', 'converged', '1/1 completed'],
    ['one-shot-failed', 'job-failed after 2 s', '0/1 running, 1 failed'],
    ['one-shot-attempts-exhausted', 'crash-loop after 2 s', '0/1 running, 3 failed'],
    ['one-shot-failed-before-unchanged', 'job-failed after 2 s', '0/1 running, 1 failed'],
    ['global-one-shot-complete', 'converged', '2/2 completed'],
    // What ends during an update has failed, for the engine.
    ['one-shot-update-paused', 'converged', '1/1 completed'],
    ['one-shot-update-fixed', 'converged', '1/1 completed'],
    ['one-shot-update-paused-half-way', 'paused after 5 s', '2/3 completed, update paused'],
    ['one-shot-update-rolled-back', 'rolled-back after 0 s', '1/1 completed, rolled back'],
    ['server-update-ended', 'paused after 0 s', '1/1 completed, update paused'],
    ['replicated-job-running', 'pending', '0/2 completed, 1 running, 1 starting'],
    ['replicated-job-complete', 'converged', '2/2 completed'],
    ['replicated-job-next-iteration', 'pending', '0/2 completed, 2 preparing'],
    ['replicated-job-failed', 'job-failed after 2 s', '0/2 completed, 1 assigned, 5 failed'],
    ['replicated-job-attempts-exhausted', 'job-failed after 2 s', '0/1 completed, 2 failed'],
    ['replicated-job-default-restart', 'pending', '0/1 completed, 1 assigned, 2 failed'],
    ['global-job-complete', 'converged', '2/2 completed'],
    ['global-job-failed', 'job-failed after 2 s', '0/2 completed, 1 starting, 4 failed'],
    // Placement.
    ['constraint-unsatisfiable', 'unschedulable after 15 s', '0/1 running, 1 pending'],
    ['memory-insufficient', 'unschedulable after 15 s', '0/1 running, 1 pending'],
    ['host-port-in-use', 'unschedulable after 15 s', '2/3 running, 1 pending'],
    ['max-replicas-exceeded', 'unschedulable after 15 s', '2/3 running, 1 pending'],
    ['platform-unsupported', 'unschedulable after 15 s', '0/1 running, 1 pending'],
    ['global-without-node', 'unschedulable after 15 s', '0/0 running'],
    ['global-job-without-node', 'unschedulable after 15 s', '0/0 completed'],
    ['global-running', 'converged', '2/2 running'],
    ['max-replicas-running', 'converged', '2/2 running'],
    ['replicas-zero', 'converged', 'scaled to 0'],
    // Nodes and history.
    ['node-down', 'pending', '2/3 running, 1 ready'],
    ['node-down-replaced', 'pending', '2/3 running, 1 starting'],
    ['node-down-and-back', 'converged', '3/3 running'],
    ['node-down-global', 'converged', '1/1 running'],
    ['old-failures-fixed', 'converged', '1/1 running'],
    ['unchanged-with-old-failures', 'converged', '1/1 running'],
    ['empty-stack', 'failed after 5 s', 'not in the swarm'],
  ])('%s is %s', (name, expected, summary) => {
    const assessment = assess(captured(name));
    expect([outcome(assessment), assessment.verdict.summary]).toEqual([expected, summary]);
  });
});

function restarting(services: readonly Service[], policy: Record<string, unknown>): Service[] {
  return services.map((service) => {
    const TaskTemplate = { ...service.Spec.TaskTemplate, RestartPolicy: policy };
    return { ...service, Spec: { ...service.Spec, TaskTemplate } };
  });
}

describe('the tasks that count', () => {
  test('running tasks of the spec before are not counted while a service updates', () => {
    const { verdict } = assess(captured('update-half-done'));
    expect([verdict.running, verdict.desired]).toEqual([1, 2]);
  });

  test('a task that runs on a node that is down is not counted, also before it is replaced', () => {
    const snapshot = captured('first-deploy-running');
    const nodes = snapshot.nodes.map((node, index) =>
      index === 0 ? { ...node, Status: { ...node.Status, State: 'down' } } : node,
    );
    const on = snapshot.tasks.filter(({ NodeID }) => NodeID === nodes[0]?.ID).length;
    expect(on).toBeGreaterThan(0);
    expect(assess({ ...snapshot, nodes }).verdict.running).toBe(3 - on);
  });

  test('more running than wanted is not converged: the service is being scaled down', () => {
    const snapshot = captured('first-deploy-running');
    const services = snapshot.services.map((service) => ({
      ...service,
      Spec: { ...service.Spec, Mode: { Replicated: { Replicas: 2 } } },
    }));
    expect(outcome(assess({ ...snapshot, services }))).toBe('pending');
    const tasks = snapshot.tasks.map((task) =>
      task.Slot === 1 ? { ...task, DesiredState: 'remove' } : task,
    );
    expect(outcome(assess({ ...snapshot, services, tasks }))).toBe('converged');
  });

  test('only failures of this deployment are counted', () => {
    const snapshot = captured('unchanged-with-old-failures');
    expect(snapshot.tasks.filter(({ Status }) => Status.State === 'failed')).toHaveLength(3);
    expect(assess(snapshot).failures).toEqual([]);
  });

  test('failures that the engine has forgotten are still counted', () => {
    const snapshot = captured('crash-after-7s-down');
    const [failed] = assess(snapshot).failures as [Task];
    const forgotten = ['a', 'b'].map((ID) => ({ ...failed, ID }));
    expect(outcome(assess(snapshot, forgotten))).toBe('crash-loop after 0 s');
  });

  test('the one that is wanted most alive counts in its slot, also where a newer one was shut down', () => {
    const snapshot = captured('first-deploy-running');
    const newer = snapshot.tasks.slice(0, 1).map((task) => ({
      ...task,
      ID: 'newer',
      CreatedAt: task.CreatedAt.replace('2026', '2027'),
      DesiredState: 'shutdown',
      Status: { ...task.Status, State: 'shutdown' },
    }));
    const assessment = assess({ ...snapshot, tasks: [...newer, ...snapshot.tasks] });
    expect(assessment.verdict.summary).toBe('3/3 running');
  });

  test('the engine has not given up while the next task is on a node that is down', () => {
    const snapshot = captured('crash-after-7s-down');
    const [next] = snapshot.tasks.filter(({ DesiredState }) => DesiredState === 'running');
    const nodes = snapshot.nodes.map((node) =>
      node.ID === next?.NodeID ? { ...node, Status: { ...node.Status, State: 'down' } } : node,
    );
    expect(outcome(assess({ ...snapshot, nodes }))).toBe('pending');
    const tasks = snapshot.tasks.filter((task) => task !== next);
    const services = restarting(snapshot.services, { MaxAttempts: 1 });
    expect(outcome(assess({ ...snapshot, nodes, services }))).toBe('pending');
    expect(outcome(assess({ ...snapshot, nodes, services, tasks }))).toBe('crash-loop after 2 s');
  });

  // A node of a global service that was taken for down and is back: its task was told to stop, and
  // an engine that is busy has not made the next one yet.
  test.each<[Record<string, unknown>, Task['Status']['State'], string]>([
    [{}, 'failed', 'pending'],
    [{ Condition: 'any' }, 'complete', 'pending'],
    [{ Condition: 'on-failure' }, 'failed', 'pending'],
    [{ Condition: 'on-failure', MaxAttempts: 2 }, 'failed', 'crash-loop after 2 s'],
    [{ Condition: 'any', MaxAttempts: 2 }, 'rejected', 'crash-loop after 2 s'],
    [{ Condition: 'none' }, 'failed', 'job-failed after 2 s'],
  ])(
    'an empty slot with the policy %j, after a task that is %s, is %s',
    (policy, State, expected) => {
      const snapshot = captured('global-running');
      const services = restarting(snapshot.services, policy);
      const tasks = snapshot.tasks.map((task, at) =>
        at === 0 ? { ...task, DesiredState: 'shutdown', Status: { ...task.Status, State } } : task,
      );
      expect(outcome(assess({ ...snapshot, services, tasks }))).toBe(expected);
    },
  );

  test('a job that must not be restarted has failed, although the engine restarts it', () => {
    const snapshot = captured('replicated-job-failed');
    const tasks = snapshot.tasks.filter(({ Slot }) => Slot === 1);
    expect(tasks.map(({ DesiredState }) => DesiredState)).toContain('complete');
    expect(outcome(assess({ ...snapshot, tasks }))).toBe('job-failed after 2 s');
  });

  test('a task that is stopping is told from one that runs', () => {
    const snapshot = captured('first-deploy-running');
    const tasks = snapshot.tasks.map((task, index) =>
      index === 0 ? { ...task, DesiredState: 'shutdown' } : task,
    );
    expect(assess({ ...snapshot, tasks }).verdict.summary).toBe('2/3 running, 1 stopping');
  });

  test('three failures make a loop only in the same slot', () => {
    const snapshot = captured('crash-after-7s-down');
    const [failed] = assess(snapshot).failures as [Task];
    const elsewhere = [2, 3].map((Slot) => ({ ...failed, Slot, ID: String(Slot) }));
    expect(outcome(assess(snapshot, elsewhere))).toBe('pending');
  });

  test('who asks for more attempts gets them', () => {
    const snapshot = captured('crash-loop');
    const services = restarting(snapshot.services, { MaxAttempts: 10 });
    expect(outcome(assess({ ...snapshot, services }))).toBe('pending');
  });
});

describe('patience', () => {
  test('an unsatisfied placement is not held against a service while a node is coming', () => {
    const snapshot = captured('constraint-unsatisfiable');
    const nodes = snapshot.nodes.map((node) => ({
      ...node,
      Status: { ...node.Status, State: 'unknown' },
    }));
    expect(assess({ ...snapshot, nodes }).trouble?.afterMs).toBe(Number.POSITIVE_INFINITY);
  });

  test.each([
    ['host-port-in-use', 65],
    ['constraint-unsatisfiable', 15],
  ])(
    '%s waits %d s where tasks get a minute to stop: only capacity comes free',
    (name, seconds) => {
      const snapshot = captured(name);
      const services = snapshot.services.map((service) => {
        const ContainerSpec = { Image: 'tiny:1', StopGracePeriod: 60e9 };
        const TaskTemplate = { ...service.Spec.TaskTemplate, ContainerSpec };
        return { ...service, Spec: { ...service.Spec, TaskTemplate } };
      });
      expect(assess({ ...snapshot, services }).trouble?.afterMs).toBe(seconds * 1_000);
    },
  );

  test.each([
    ['rollback', 35],
    ['pause', 15],
    [undefined, 15],
    ['continue', 0],
  ])(
    'failures during an update with failure_action %s are left to the engine for %d s',
    (action, seconds) => {
      const snapshot = captured('crash-loop');
      const services = snapshot.services.map((service) => ({
        ...service,
        UpdateStatus: { State: 'updating', StartedAt: service.CreatedAt, Message: '' },
        Spec: {
          ...service.Spec,
          UpdateConfig: { Monitor: 5e9, ...(action && { FailureAction: action }) },
        },
      }));
      const { trouble } = assess({ ...snapshot, services });
      expect(trouble).toMatchObject({ class: 'crash-loop', afterMs: seconds * 1_000 });
    },
  );

  test('a program that ended by itself may have missed another service; what cannot start has no such excuse', () => {
    expect(assess(captured('crash-loop')).trouble?.excusable).toHaveLength(9);
    expect(assess(captured('bind-source-missing')).trouble?.excusable).toBeUndefined();
  });
});

describe('how long it must hold', () => {
  test.each([
    ['first-deploy-running', 5_000],
    ['one-shot-complete', undefined],
    ['replicated-job-complete', undefined],
    ['replicas-zero', undefined],
  ])('%s: %s ms', (name, holdMs) => {
    const assessment = assess(captured(name));
    expect(assessment.steady).toBeDefined();
    expect(assessment.holdMs).toBe(holdMs);
  });

  const at = (ms: number) => new Date(ms).toISOString();
  test.each<[string, number | undefined, Partial<Record<'createdMs' | 'sinceMs', number>>]>([
    ['tasks that ran for as long before the last change', 0, {}],
    ['a task that was made a moment before it', 5_000, { createdMs: 4_999 }],
    ['a task that was made early, and runs only since then', 5_000, { sinceMs: 4_999 }],
    ['a task that does not say since when it runs', 5_000, { sinceMs: Number.NaN }],
    ['a task of the last change', 5_000, { createdMs: -10, sinceMs: -20 }],
  ])(
    'the monitor period, with %s: %d ms',
    (_name, holdMs, { createdMs = 5_000, sinceMs = 5_000 }) => {
      const snapshot = captured('first-deploy-running');
      const changed = Date.parse('2026-01-02T03:04:05.678Z');
      const services = snapshot.services.map((one) => ({ ...one, UpdatedAt: at(changed) }));
      const tasks = snapshot.tasks.map((task, index) => ({
        ...task,
        CreatedAt: at(changed - (index === 0 ? createdMs : 5_000)),
        Status: {
          ...task.Status,
          Timestamp:
            index === 0 && Number.isNaN(sinceMs)
              ? undefined
              : at(changed - (index === 0 ? sinceMs : 5_000)),
        },
      }));
      expect(assess({ ...snapshot, services, tasks }).holdMs).toBe(holdMs);
    },
  );

  test.each([0, -3_600_000, 3_600_000])(
    'longer than the task before it lived, with the clock of the node %d ms off',
    (skewMs) => {
      const snapshot = captured('crash-after-7s-down');
      const [next, failed] = snapshot.tasks.toSorted((a, b) =>
        a.Status.State < b.Status.State ? 1 : -1,
      ) as [Task, Task];
      expect([failed.Status.State, next.Status.State]).toEqual(['failed', 'starting']);
      const told = Date.parse(failed.Status.Timestamp ?? '') + skewMs;
      const tasks = [
        { ...failed, Status: { ...failed.Status, Timestamp: new Date(told).toISOString() } },
        { ...next, Status: { ...next.Status, State: 'running' } },
      ];
      const lived = Date.parse(next.CreatedAt) - Date.parse(failed.CreatedAt);
      const { failures } = assess({ ...snapshot, tasks });
      expect(assess({ ...snapshot, tasks }).holdMs).toBe(1.5 * lived);
      expect(lived).toBeGreaterThan(7_000);
      // As when the engine has forgotten it.
      expect(assess({ ...snapshot, tasks: tasks.slice(1) }, failures).holdMs).toBe(1.5 * lived);
    },
  );

  test('the window begins anew with another task', () => {
    const snapshot = captured('first-deploy-running');
    const replaced = snapshot.tasks.map((task, index) =>
      index === 0 ? { ...task, ID: 'x' } : task,
    );
    expect(assess({ ...snapshot, tasks: replaced }).steady).not.toBe(assess(snapshot).steady);
  });
});

describe('the verdict', () => {
  test('names what failed first, then what is there now, with node, exit code and the engine’s words', () => {
    const { tasks } = assess(captured('program-not-found')).verdict;
    expect(tasks.map(({ state }) => state)).toEqual([
      'failed',
      'failed',
      'failed',
      'failed',
      'assigned',
    ]);
    expect(tasks[0]).toEqual({
      id: expect.stringMatching(/^tx5sbt/),
      slot: 1,
      node: 'judge-2',
      state: 'failed',
      exitCode: 127,
      error: expect.stringContaining('exec: "nosuch-program": executable file not found in $PATH'),
      image: 'tiny:1',
    });
  });

  test('gives no exit code where there was no process', () => {
    const [rejected] = assess(captured('image-missing')).verdict.tasks;
    expect(rejected).toMatchObject({ state: 'rejected' });
    expect(rejected?.exitCode).toBeUndefined();
  });

  test('says the same thing once, although the ids in it differ', () => {
    const { reasons } = assess(captured('port-taken-on-node')).verdict;
    expect(reasons).toEqual([
      expect.stringMatching(/Bind for 0.0.0.0:8111 failed: port is already allocated$/),
    ]);
  });

  test('begins with what the engine says of an update that it stopped', () => {
    const { reasons } = assess(captured('update-paused')).verdict;
    expect(reasons).toEqual([
      expect.stringMatching(/^update paused due to failure or early termination of task v43jeq/),
      'task: non-zero exit (3)',
    ]);
  });

  test('marks a task of an earlier deployment', () => {
    const { tasks } = assess(captured('one-shot-failed-before-unchanged')).verdict;
    expect(tasks).toEqual([
      expect.objectContaining({ state: 'failed', exitCode: 2, earlier: true }),
    ]);
  });
});
