import type { Hosts } from '../__tests__/support/hosts.ts';
import { median } from './laps.ts';

/** How far a deployment had come when, in ms since it began. */
export interface Course {
  /** The manager has the first of its services. */
  readonly first: number;
  /** It has the last one: `docker stack deploy` is at its end. */
  readonly last: number;
  /** Half of the tasks run. */
  readonly half: number;
  /** The last task runs. */
  readonly running: number;
  /** Whoever deployed knows it, and has ended. */
  readonly end: number;
  /** Processor time that the manager took meanwhile, without the tasks themselves, in ms. */
  readonly worked: number;
}

/** By the services of a stack, in ms of the clock of the hosts, which is that of this machine. */
export interface Times {
  readonly created: ReadonlyMap<string, number>;
  /** When the task of each began to run, as its node has told. */
  readonly running: ReadonlyMap<string, number>;
}

/** Reads them of a stack whose services have one task each. */
export async function readTimes(hosts: Hosts, stack: string): Promise<Times> {
  const read = async (list: string, format: string) => {
    const text = await hosts.on(1, `docker inspect --format '${format}' $(${list})`);
    const lines = text.trim().split('\n');
    return new Map(
      lines.map((line): [string, number] => {
        const [key = '', time = ''] = line.split(' ');
        return [key, Date.parse(JSON.parse(time) as string)];
      }),
    );
  };
  const services = `docker stack services -q ${stack}`;
  const name = (text: string) => text.slice(stack.length + 1);
  const created = await read(services, '{{.Spec.Name}} {{json .CreatedAt}}');
  const ids = await hosts.on(1, `docker inspect --format '{{.ID}} {{.Spec.Name}}' $(${services})`);
  const names = new Map(
    ids
      .trim()
      .split('\n')
      .map((line) => line.split(' ') as [string, string]),
  );
  const running = await read(
    `docker stack ps -q --no-trunc --filter desired-state=running ${stack}`,
    '{{.ServiceID}} {{json .Status.Timestamp}}',
  );
  return {
    created: new Map([...created].map(([one, at]) => [name(one), at])),
    running: new Map([...running].map(([id, at]) => [name(names.get(id) ?? ''), at])),
  };
}

/**
 * Processor time that all of a host has taken since it began, without its containers, in ms. Reads
 * what the kernel counts for its control group, of either version.
 */
export async function processorOf(hosts: Hosts, host: number): Promise<number> {
  const ns = await hosts.on(
    host,
    `of() { sed -n "s/^[0-9]*:$1://p" /proc/1/cgroup; }
    cat "/sys/fs/cgroup/cpuacct$(of cpuacct)/cpuacct.usage" 2>/dev/null ||
      awk '$1 == "usage_usec" { print $2 * 1000 }' "/sys/fs/cgroup$(of)/cpu.stat"`,
  );
  return Number(ns) / 1e6;
}

/** What those times make of a deployment. */
export function courseOf(
  { created, running }: Times,
  { began, ended, worked }: { readonly began: number; readonly ended: number; worked: number },
): Course {
  return {
    first: Math.min(...created.values()) - began,
    last: Math.max(...created.values()) - began,
    half: median([...running.values()]) - began,
    running: Math.max(...running.values()) - began,
    end: ended - began,
    worked,
  };
}

const STEPS: Readonly<Record<keyof Course, string>> = {
  first: 'the first service is there',
  last: 'the last service is there',
  half: 'half of the tasks run',
  running: 'the last task runs',
  end: 'the end',
  worked: 'processor of the manager',
};

/** When each way had come how far, medians in ms since its start, and each run in one line. */
export function coursesTable(
  courses: Readonly<Record<'ours' | 'docker', readonly Course[]>>,
): string[] {
  const { ours, docker } = courses;
  const steps = Object.entries(STEPS) as [keyof Course, string][];
  const ms = (runs: readonly Course[], step: keyof Course) =>
    median(runs.map((run) => run[step])).toFixed(0);
  const row = (label: string, ...cells: string[]) =>
    [label.padEnd(28), ...cells.map((cell) => cell.padStart(10))].join('');
  return [
    row('ms from the start until', 'dist/main', 'a loop'),
    ...steps.map(([step, label]) => row(label, ms(ours, step), ms(docker, step))),
    `Each run, dist/main / a loop: ${ours.map(({ end }, at) => (end / (docker[at]?.end ?? Number.NaN)).toFixed(2)).join(', ')}`,
  ];
}
