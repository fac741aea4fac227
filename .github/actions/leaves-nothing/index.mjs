import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const LISTS = {
  container: ['docker', 'ps', '--all', '--format', '{{.Names}}'],
  network: ['docker', 'network', 'ls', '--format', '{{.Name}}'],
  volume: ['docker', 'volume', 'ls', '--format', '{{.Name}}'],
  'network namespace': ['ip', 'netns', 'list'],
  'virtual machine': ['ps', '-e', '-o', 'pid=,comm='],
};

const now = Object.entries(LISTS).flatMap(([kind, [program, ...args]]) =>
  execFileSync(program, args, { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && (program !== 'ps' || line.includes(' qemu-system')))
    .map((line) => `${kind} ${line}`),
);

const before = process.env.STATE_before;
if (before === undefined) {
  appendFileSync(process.env.GITHUB_STATE, `before=${JSON.stringify(now)}\n`);
  console.log(`${now.length} containers, networks, volumes and virtual machines are there now.`);
} else {
  const known = new Set(JSON.parse(before));
  const left = now.filter((one) => !known.has(one));
  for (const one of left) console.log(`::error::${one} was left on the runner.`);
  if (left.length === 0) console.log('Nothing was left on the runner.');
  process.exitCode = left.length > 0 ? 1 : 0;
}
