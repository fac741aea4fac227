import { describe, expect, test } from '@jest/globals';
import {
  type Diagnosis,
  diagnose,
  taskToRead,
} from '../../../../src/converge/diagnose/diagnose.ts';
import { judge } from '../../../../src/converge/judge/judge.ts';
import type { ServiceClass, ServiceVerdict, TaskView } from '../../../../src/converge/verdict.ts';
import { captured, expecting } from '../../../support/snapshots.ts';

/** The verdict on a captured answer that fails now, in the class of its trouble. */
function verdictOn(fixture: string): ServiceVerdict {
  const snapshot = captured(fixture);
  const [service] = snapshot.services;
  const rolledBack = service?.UpdateStatus?.State.startsWith('rollback');
  const remembered = rolledBack ? snapshot.history : [];
  const { verdict, trouble } = judge(expecting(), { ...snapshot, service, remembered });
  return { ...verdict, state: 'failed', class: trouble?.class ?? 'timeout' };
}

function explain(fixture: string, logs?: string): Diagnosis {
  return diagnose(verdictOn(fixture), logs);
}

function task(changes: Partial<TaskView> = {}): TaskView {
  return { id: 't1', slot: 1, node: 'node-2', state: 'failed', image: 'acme/web:7', ...changes };
}

function failing(found: Partial<TaskView>, changes: Partial<ServiceVerdict> = {}): ServiceVerdict {
  const one = task(found);
  return {
    service: 'web',
    state: 'failed',
    class: 'crash-loop',
    summary: '0/1 running, 3 failed',
    reasons: one.error ? [one.error] : [],
    running: 0,
    desired: 1,
    tasks: [one],
    ...changes,
  };
}

describe('the cause, from the real answers of a swarm', () => {
  test.each<[string, ServiceClass, string]>([
    [
      'image-missing',
      'image',
      'The image nosuch.example/web:7 is not there on judge-1 and judge-2, and could not be pulled.',
    ],
    [
      'crash-loop',
      'crash-loop',
      'The container ended with exit code 3 on judge-1 and does so again whenever it is started.',
    ],
    [
      'program-not-found',
      'crash-loop',
      'The command of the service, nosuch-program, is not in tiny:1.',
    ],
    [
      'bind-source-missing',
      'crash-loop',
      'The service mounts /nosuch/data, which does not exist on judge-1 and judge-2.',
    ],
    [
      'port-taken-on-node',
      'crash-loop',
      'Port 8111 is taken on judge-1 and judge-2 by something outside of the swarm.',
    ],
    ['user-unknown', 'timeout', 'tiny:1 has no user named nosuchuser.'],
    [
      'unhealthy',
      'timeout',
      'The container on judge-1 and judge-2 ran, but its healthcheck failed until the engine stopped it.',
    ],
    [
      'out-of-memory',
      'crash-loop',
      'The container ended with exit code 137 on judge-1 and does so again whenever it is started: it was killed (SIGKILL), most often because it needed more memory than it may have.',
    ],
    [
      'exit-126',
      'job-failed',
      'The job ended with exit code 126 on judge-2: its command was found, but may not be executed.',
    ],
    [
      'exit-127',
      'job-failed',
      'The job ended with exit code 127 on judge-1: a command was not found.',
    ],
    [
      'exit-139',
      'job-failed',
      'The job ended with exit code 139 on judge-1: it crashed with a memory fault (SIGSEGV).',
    ],
    [
      'exits-0-restart-any',
      'crash-loop',
      'The container ends by itself with exit code 0 on judge-2, but the service is meant to stay.',
    ],
    ['one-shot-failed', 'job-failed', 'The job ended with exit code 4 on judge-1.'],
    [
      'one-shot-failed-before-unchanged',
      'job-failed',
      'The job ended with exit code 2 on judge-2. That was in an earlier deployment. Nothing about the service has changed since, so the engine did not run it again.',
    ],
    ['global-job-failed', 'job-failed', 'The job ended with exit code 6 on judge-1.'],
    [
      'update-paused',
      'paused',
      'The update failed and the engine stopped it half-way. The container ended with exit code 3 on judge-2.',
    ],
    [
      'one-shot-update-paused-half-way',
      'paused',
      'The update failed and the engine stopped it half-way. Its tasks ended with exit code 0, and for Swarm every end is a failure while it watches an update.',
    ],
    [
      'one-shot-update-rolled-back',
      'rolled-back',
      'The update failed and the engine went back to the earlier version. Its tasks ended with exit code 0, and for Swarm every end is a failure while it watches an update.',
    ],
    [
      'rollback-completed',
      'rolled-back',
      'The update failed and the engine went back to the earlier version. The container ended with exit code 3 on judge-2.',
    ],
    [
      'rollback-paused',
      'rolled-back',
      'The update failed, and so did the rollback: the service does not run as it should. A secret that the service uses is not in the swarm any more.',
    ],
    [
      'constraint-unsatisfiable',
      'unschedulable',
      '1 of 1 tasks have no node: no node satisfies its `placement.constraints`.',
    ],
    [
      'memory-insufficient',
      'unschedulable',
      '1 of 1 tasks have no node: no node has as much memory or as many CPUs free as it reserves.',
    ],
    [
      'host-port-in-use',
      'unschedulable',
      '1 of 3 tasks have no node: the host port it publishes is in use on every node that could run it.',
    ],
    [
      'max-replicas-exceeded',
      'unschedulable',
      '1 of 3 tasks have no node: every node already runs as many of its tasks as `max_replicas_per_node` allows.',
    ],
    [
      'platform-unsupported',
      'unschedulable',
      '1 of 1 tasks have no node: no node has a platform that its image is built for.',
    ],
    [
      'global-without-node',
      'unschedulable',
      'There is no node for this service: none satisfies its `placement.constraints`, or none takes tasks.',
    ],
    ['empty-stack', 'failed', 'The swarm has no such service in this stack.'],
    [
      'healthcheck-starting',
      'timeout',
      'Its container has started, but its healthcheck has not succeeded yet.',
    ],
    [
      'first-deploy-starting',
      'timeout',
      'A node still fetches the image or prepares networks and volumes.',
    ],
    [
      'update-half-done',
      'timeout',
      'A task is prepared and waits for its start: for an earlier task to stop, or for the restart delay.',
    ],
    [
      'update-all-running-in-monitor',
      'timeout',
      'All its tasks run, but the engine is still watching the update.',
    ],
    [
      'replicated-job-running',
      'timeout',
      'It is still at work: a job has converged when its tasks have ended.',
    ],
  ])('%s (%s)', (fixture, found, cause) => {
    expect(explain(fixture)).toMatchObject({ service: 'app', class: found, cause });
  });
});

describe('the cause, from the real answers of Docker Engine 28', () => {
  test.each<[string, string]>([
    [
      'image-missing',
      'The image nosuch.example/web:7 is not there on newest-1 and newest-2, and could not be pulled.',
    ],
    [
      'crash-loop',
      'The container ended with exit code 3 on newest-2 and does so again whenever it is started.',
    ],
    ['program-not-found', 'The command of the service, nosuch-program, is not in tiny:1.'],
    ['program-not-executable', '/etc in tiny:1 may not be executed.'],
    [
      'bind-source-missing',
      'The service mounts /nosuch/data, which does not exist on newest-1 and newest-2.',
    ],
    [
      'port-taken-on-node',
      'Port 8111 is taken on newest-1 and newest-2 by something outside of the swarm.',
    ],
    ['user-unknown', 'tiny:1 has no user named nosuchuser.'],
    [
      'unhealthy',
      'The container on newest-1 ran, but its healthcheck failed until the engine stopped it.',
    ],
    ['setting-unknown', 'The kernel on newest-1 has no setting net.nosuch.'],
  ])('%s', (fixture, cause) => {
    expect(explain(`28/${fixture}`).cause).toBe(cause);
  });
});

describe('the cause, from words that engines are known to use', () => {
  test.each<[string, string]>([
    [
      "pull access denied for acme/web, repository does not exist or may require 'docker login'",
      'The registry refused acme/web:7 on node-2: it does not exist, or the login is missing.',
    ],
    [
      'Head "https://ghcr.io/v2/acme/web/manifests/7": unauthorized',
      'The registry refused acme/web:7 on node-2: it does not exist, or the login is missing.',
    ],
    [
      'manifest for acme/web:7 not found: manifest unknown: manifest unknown',
      'The registry knows no acme/web:7.',
    ],
    [
      'no matching manifest for linux/arm64/v8 in the manifest list entries',
      'There is no acme/web:7 for the platform of the node on node-2.',
    ],
    [
      'starting container failed: unable to get config from config store: config abc not found',
      'A config that the service uses is not in the swarm any more.',
    ],
    [
      'OCI runtime create failed: exec: "/entrypoint.sh": permission denied: unknown',
      '/entrypoint.sh in acme/web:7 may not be executed.',
    ],
    [
      'OCI runtime create failed: exec /app: exec format error',
      'The program of acme/web:7 is not built for the processor of the node on node-2.',
    ],
    [
      'exec: "/run.sh": stat /run.sh: no such file or directory: unknown',
      'The command of the service, /run.sh, is not in acme/web:7.',
    ],
    [
      'listen tcp4 0.0.0.0:80: bind: address already in use',
      'A port of the service is taken on node-2 by something outside of the swarm.',
    ],
    [
      'driver failed programming external connectivity on endpoint web (01): Error starting userland proxy: listen tcp4 0.0.0.0:8443: bind: address already in use',
      'Port 8443 is taken on node-2 by something outside of the swarm.',
    ],
    [
      'failed to bind host port for 0.0.0.0:18999:172.17.0.2:80/tcp: address already in use',
      'Port 18999 is taken on node-2 by something outside of the swarm.',
    ],
    [
      'failed to set up container networking: driver failed programming external connectivity on endpoint web (0123): failed to bind host port 127.0.0.1:8080/tcp: address already in use',
      'Port 8080 is taken on node-2 by something outside of the swarm.',
    ],
    [
      'driver failed programming external connectivity on endpoint web: Bind for 0.0.0.0:8080 failed: port is already allocated',
      'Port 8080 is taken on node-2 by something outside of the swarm.',
    ],
    [
      'OCI runtime create failed: runc create failed: unable to start container process: error during container init: open /proc/sys/net/nope/x: no such file or directory: unknown',
      'The kernel on node-2 has no setting net.nope.x.',
    ],
    [
      'failed to mount local volume: mount :/export:/var/lib/docker/volumes/x/_data: no such file or directory',
      'A volume of the service cannot be mounted on node-2.',
    ],
    [
      'OCI runtime create failed: lstat /dev/fuse: no such file or directory: unknown',
      'A task of the service could not be started on node-2.',
    ],
    [
      'OCI runtime create failed: runc create failed: unable to start container process: exec: "/run.sh": stat /run.sh: no such file or directory: unknown',
      'The command of the service, /run.sh, is not in acme/web:7.',
    ],
    [
      'unable to set memory limit to 12582912 (current usage: 13340672)',
      'The memory limit of the service is too small for a container even to start.',
    ],
    [
      "error while mounting volume '/x': failed to mount local volume",
      'A volume of the service cannot be mounted on node-2.',
    ],
    ['network web_default not found', 'A network of the service is not there on node-2.'],
    ['something new', 'A task of the service could not be started on node-2.'],
  ])('%s', (error, cause) => {
    expect(diagnose(failing({ state: 'rejected', error }), undefined).cause).toBe(cause);
  });

  test('what the healthcheck gave is evidence', () => {
    const verdict = failing({ error: 'dockerexec: unhealthy container', exitCode: 137 });
    const evidence = (output: string) =>
      diagnose(verdict, undefined, { exitCode: 1, output }).evidence.at(-2);
    expect(evidence('curl: (7) Failed to connect')).toBe(
      'The healthcheck ended with exit code 1: curl: (7) Failed to connect',
    );
    expect(evidence('')).toBe('The healthcheck ended with exit code 1, and no output');
  });

  test('an unhealthy container is not taken for one that lacks memory, although both end with 137', () => {
    const error = 'task: non-zero exit (137): dockerexec: unhealthy container';
    const { cause, hint } = diagnose(failing({ error, exitCode: 137 }), undefined);
    expect(cause).toMatch(/healthcheck failed/);
    expect(hint).toMatch(/start_period/);
    expect(cause + hint).not.toMatch(/memory/);
  });

  test('several reasons of the scheduler are all named', () => {
    const reason =
      'no suitable node (scheduling constraints not satisfied on 2 nodes; insufficient resources on 1 node)';
    const { cause } = diagnose(
      failing({ state: 'pending', error: reason }, { class: 'unschedulable' }),
      undefined,
    );
    expect(cause).toBe(
      '1 of 1 tasks have no node: no node satisfies its `placement.constraints`; no node has as much memory or as many CPUs free as it reserves.',
    );
  });

  test('the logs tell of a program that names an interpreter which is missing', () => {
    // Of Docker Engine 28.5.2 with runc 1.3.6, whose task says no more than the code.
    const ended = (exitCode: number, logs: string) =>
      diagnose(failing({ exitCode, error: `task: non-zero exit (${exitCode})` }), logs).cause;
    expect(ended(255, 'exec /run.sh: no such file or directory\n')).toBe(
      '/run.sh in acme/web:7 cannot be run on node-2: the interpreter or the library loader that it names is missing.',
    );
    expect(ended(1, 'exec /run.sh: no such file or directory\n')).toMatch(/ended with exit code 1/);
    expect(ended(255, 'cannot exec /run.sh: no such file or directory')).toMatch(/code 255/);
  });

  test('the logs tell of a program for another processor where the engine does not', () => {
    const verdict = failing({ exitCode: 1, error: 'task: non-zero exit (1)' });
    const { cause } = diagnose(verdict, 'exec /app: exec format error');
    expect(cause).toBe(
      'The program of acme/web:7 is not built for the processor of the node on node-2.',
    );
  });
});

describe('the rest of a diagnosis', () => {
  test('evidence is the state, the engine’s own words, and the tasks with node, image and exit code', () => {
    expect(explain('one-shot-failed').evidence).toEqual([
      '0/1 running, 1 failed',
      'task: non-zero exit (4)',
      expect.stringMatching(
        /^Task ql5d5p\w+ \(slot 1, on judge-1, tiny:1\): failed with exit code 4$/,
      ),
    ]);
  });

  test.each([
    ['image-missing', '`registry-auth: true` after a login step'],
    ['image-missing', 'the input `images`'],
    ['crash-loop', 'log lines'],
    ['healthcheck-starting', '`wait-timeout`'],
    ['update-paused', 'failure_action: rollback'],
    ['one-shot-update-paused-half-way', '`mode: replicated-job`'],
    ['one-shot-update-rolled-back', '`update_config.failure_action: continue`'],
    ['exits-0-restart-any', 'restart_policy.condition: on-failure'],
    ['out-of-memory', 'resources.limits.memory'],
  ])('the hint on %s names %s', (fixture, text) => {
    expect(explain(fixture).hint).toContain(text);
  });

  test('an image that does not come has the reason of an engine, and long ids are shown as Docker shows them', () => {
    const { cause } = diagnose(
      verdictOn('image-missing'),
      undefined,
      undefined,
      'lookup x: no such host',
    );
    expect(cause).toMatch(/could not be pulled\. A manager says why: lookup x: no such host\.$/);
    const [, reason] = explain('port-taken-on-node').evidence;
    expect(reason).toMatch(/^starting container failed: container f2cd9fe86350: /);
    expect(reason).not.toMatch(/[0-9a-f]{13}/);
  });

  test('log lines are kept, and left out where there are none', () => {
    expect(explain('crash-loop', '\nboom\n').logTail).toBe('boom');
    expect(explain('crash-loop', ' \n').logTail).toBeUndefined();
    expect(explain('crash-loop').logTail).toBeUndefined();
  });

  test.each([
    ['crash-loop', 'failed'],
    ['exits-0-restart-any', 'complete'],
    ['healthcheck-starting', 'starting'],
    ['image-missing', undefined],
  ])('the logs to read of %s are those of a task that is %s', (fixture, state) => {
    expect(taskToRead(verdictOn(fixture))?.state).toBe(state);
  });

  test('a service that only waited for another one is said to be incomplete', () => {
    const verdict = failing({ state: 'running' }, { state: 'pending', running: 0, desired: 2 });
    const { class: _, ...pending } = verdict;
    expect(diagnose(pending, undefined)).toMatchObject({
      class: 'timeout',
      cause: 'It was not complete when the time was up.',
    });
  });

  test('nobody is told to read logs that there are not', () => {
    const { hint } = diagnose(failing({ exitCode: 3 }), '');
    expect(hint).toMatch(/^It has written no log line\..*have it try again instead of ending\.$/);
    expect(diagnose(failing({ exitCode: 3 }), 'boom').hint).toMatch(/^Read the last log lines/);
    const rolledBack = failing({ state: 'running' }, { class: 'rolled-back', tasks: [] });
    expect(diagnose(rolledBack, undefined).hint).toMatch(/docker service ps --no-trunc/);
    expect(diagnose(rolledBack, 'boom').hint).toMatch(/^Look at the logs of the tasks/);
  });

  test.each([
    ['insufficient resources on 2 nodes', 'what it reserved', /Else lower `deploy\.resources/],
    ['host-mode port already in use on 2 nodes', 'the port', /each node can run one task/],
    ['max replicas per node limit exceed', 'its place', /Else use fewer replicas/],
  ])('what the old task still holds with start-first: %s', (filter, what, other) => {
    const { hint } = diagnose(
      failing(
        { state: 'pending', error: `no suitable node (${filter})` },
        { class: 'unschedulable' },
      ),
      undefined,
    );
    expect(hint).toContain(`is \`start-first\`, the task that is to go still has ${what}: write`);
    expect(hint).toMatch(other);
  });

  test('more CPUs than a node has are told as that', () => {
    const error = 'Range of CPUs is from 0.01 to 2.00, as there are only 2 CPUs available';
    expect(diagnose(failing({ state: 'rejected', error }), undefined)).toMatchObject({
      cause: expect.stringMatching(/^The limit of CPUs is more than the node has.*: 2\.00\./),
      hint: expect.stringContaining('deploy.resources.limits.cpus'),
    });
  });
});

test('what an engine that was killed has left is named as that', () => {
  const vxlan = diagnose(
    failing({
      state: 'rejected',
      error:
        'network sandbox join failed: subnet sandbox join failed for "10.0.1.0/24": error creating vxlan interface: file exists',
    }),
    undefined,
  );
  expect(vxlan.cause).toMatch(/^A VXLAN device of an earlier engine is left on node-2, /);
  expect(vxlan.hint).toContain('Restart Docker Engine');
  const port = diagnose(
    failing({ error: 'listen tcp4 0.0.0.0:80: bind: address already in use' }),
    undefined,
  );
  expect(port.hint).toContain('`docker-proxy` that no container has');
});

describe('a full disk', () => {
  const waiting = (...nodes: readonly string[]) =>
    failing(
      {},
      { class: 'timeout', tasks: nodes.map((node) => task({ node, state: 'accepted' })) },
    );
  const full = (node: string) => ({ node, mount: '/var/lib/docker' });

  test('of a node whose tasks do not start is the cause, with the node, and overrules what was said without', () => {
    expect(
      diagnose(waiting('node-1', 'node-2'), undefined, undefined, undefined, [full('node-2')]),
    ).toMatchObject({
      cause:
        'No space is left on the disk of node-2 (/var/lib/docker), so tasks do not start there.',
      hint: expect.stringMatching(/^Free space there\. .*docker image prune --all/),
      overrules: true,
    });
    expect(
      diagnose(waiting('a', 'b'), undefined, undefined, undefined, [full('a'), full('b')]).cause,
    ).toBe(
      'No space is left on the disk of a (/var/lib/docker) and b (/var/lib/docker), so tasks do not start there.',
    );
  });

  test('of another node, or of one whose task runs, is none', () => {
    const elsewhere = diagnose(waiting('node-1'), undefined, undefined, undefined, [
      full('node-2'),
    ]);
    expect(elsewhere.cause).toContain('A node has taken the task');
    expect(elsewhere.overrules).toBeUndefined();
    const crashing = failing(
      { exitCode: 1 },
      { tasks: [task({ exitCode: 1 }), task({ state: 'running' })] },
    );
    expect(diagnose(crashing, undefined, undefined, undefined, [full('node-9')]).cause).toContain(
      'exit code 1',
    );
  });

  test.each([
    'mkdir /var/lib/docker/overlay2/0a1b-init: no space left on device',
    'failed to copy files: userspace copy failed: write /x: disk quota exceeded',
  ])('is found in the words of the engine: %s', (error) => {
    const { cause, hint } = diagnose(failing({ state: 'rejected', error }), undefined);
    expect(cause).toBe('The disk is full on node-2, so tasks do not start there.');
    expect(hint).toContain('docker system df');
  });
});

test('a node that takes no tasks is named, with what takes that back', () => {
  const reasons = ['judge-1 takes no tasks: drain', 'judge-2 takes no tasks: down'];
  const verdict = failing({}, { class: 'unschedulable', reasons, tasks: [] });
  const { cause, hint } = diagnose(verdict, undefined);
  expect(cause).toContain('or none takes tasks (judge-1 is drained, judge-2 is down).');
  expect(hint).toContain('`docker node update --availability active judge-1`.');
  expect(hint).not.toContain('active judge-2');
});
