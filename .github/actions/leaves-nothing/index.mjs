import { execFileSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const LISTS = {
  container: ['ps', '--all', '--format', '{{.Names}}'],
  network: ['network', 'ls', '--format', '{{.Name}}'],
  volume: ['volume', 'ls', '--format', '{{.Name}}'],
};

const now = Object.entries(LISTS).flatMap(([kind, argv]) =>
  execFileSync('docker', argv, { encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map((name) => `${kind} ${name}`),
);

const before = process.env.STATE_before;
if (before === undefined) {
  appendFileSync(process.env.GITHUB_STATE, `before=${JSON.stringify(now)}\n`);
  console.log(`${now.length} containers, networks and volumes are there now.`);
} else {
  const known = new Set(JSON.parse(before));
  const left = now.filter((one) => !known.has(one));
  for (const one of left) console.log(`::error::${one} was left on the Docker Engine.`);
  if (left.length === 0) console.log('Nothing was left on the Docker Engine.');
  process.exitCode = left.length > 0 ? 1 : 0;
}
