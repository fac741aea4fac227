import type { Argv } from '../exec/argv.ts';
/** Prints the names of those of the volumes that the node has; fails where one is missing. */
export function existingVolumes(names: readonly string[]): Argv {
  return ['docker', 'volume', 'inspect', '--format', '{{.Name}}', '--', ...names];
}

/** Prints those of the volumes that there are, as JSON. */
export function inspectVolumes(names: readonly string[]): Argv {
  return ['docker', 'volume', 'inspect', '--', ...names];
}

/**
 * Prints the numbers, counted from 1, of those of the paths that are not there. What lies in a
 * folder that this user may not enter is not known to be missing.
 */
export function missingPaths(paths: readonly string[]): Argv {
  const script = [
    'number=0',
    'for path do',
    'number=$((number + 1))',
    '[ -e "$path" ] && continue',
    'folder=$path',
    'while [ ! -d "$folder" ]; do folder=$(dirname -- "$folder"); done',
    '[ -x "$folder" ] && echo $number',
    'done',
    'exit 0',
  ].join('\n');
  return ['sh', '-c', script, 'swarm-up', ...paths];
}

/** Prints the names of the emulators that the kernel starts programs of other processors with. */
export function listEmulators(): Argv {
  return ['ls', '/proc/sys/fs/binfmt_misc'];
}
