import { basename, parse } from 'node:path';
import { pathBelow } from '../../base/files/path-below.ts';
import { displayed } from '../files.ts';
import type { KeyPath } from '../location.ts';
import type { ComposeMount } from '../service-model.ts';
import { type Draft, itemPath, refuse, warn } from './draft.ts';
import type { StackMount } from './stack-file.ts';

/**
 * Permissions of every tmpfs that Swarm makes, unless told otherwise, which a stack file cannot.
 */
const TMPFS_MODE = 0o1777;

/** Mounts of the service's `volumes`. */
export function renderMounts(mounts: readonly ComposeMount[], draft: Draft): void {
  for (const [index, mount] of mounts.entries()) {
    const path = () => itemPath(draft, 'volumes', index, mounts.length);
    const fault = mountFault(mount, draft);
    if (fault === undefined) draft.out.volumes.push(renderMount(mount, draft, path));
    else refuse(draft, path(), fault);
  }
}

const TYPES = ['volume', 'bind', 'tmpfs', 'npipe', 'cluster'];

function mountFault(mount: ComposeMount, draft: Draft): string | undefined {
  const { type, source, target, bind, volume } = mount;
  if (!TYPES.includes(type)) {
    return `mounts ${target} of type ${type}, which Swarm does not have. Use a volume, or copy the files into the image.`;
  }
  if (volume?.subpath) {
    return `mounts only ${volume.subpath} of volume ${source}. Swarm would mount the whole volume. Use a volume of its own.`;
  }
  if (bind?.recursive && bind.recursive !== 'enabled') {
    return `asks for \`bind.recursive: ${bind.recursive}\`, which a stack file cannot say: what is mounted below ${source} would be seen, and might be written to. Mount it where it is needed, each by itself.`;
  }
  if (type === 'bind' && source && isInside(source, draft)) return localFault(mount, draft);
  if (type === 'cluster' && !source?.startsWith('group:')) {
    return `mounts the cluster volume ${source}, whose definition Compose does not hand on, and \`docker stack deploy\` makes none. Make the volume beforehand (docker volume create --driver NAME --type mount --group GROUP), and mount one of its group: \`source: group:GROUP\`.`;
  }
  return undefined;
}

/** Where containers find what they read; elsewhere a folder is most likely data. */
const FOR_READING = /^\/(?:etc|usr|opt|docker-entrypoint[^/]*)(?:\/|$)/;

function localFault({ source = '', target, read_only }: ComposeMount, draft: Draft): string {
  const shown = displayed(source ?? '', draft.project.workspace) || '.';
  const said = `mounts ${shown}, a path of the runner, which the nodes do not have.`;
  const { directory, workspace } = draft.project;
  if ([directory, workspace].includes(source ?? '')) {
    return `${said} Copy what the service needs of it into the image. Mount it on your machine alone, in an override file.`;
  }
  const name = basename(shown).replaceAll(/[^A-Za-z0-9_-]/g, '');
  const isForReading = read_only || FOR_READING.test(target ?? '');
  if (isForReading || name === '' || basename(shown).slice(1).includes('.')) {
    return `${said} Hand files over as \`configs:\` or \`secrets:\`, or copy them into the image. Or name a path that exists on every node.`;
  }
  return `${said} For a folder of data write a named volume: \`${name}:${target}\`, and \`${name}: {}\` in \`volumes:\` at the top of the file. Hand files over as \`configs:\` or \`secrets:\`, or copy them into the image.`;
}

/** A relative path of the compose file: Compose makes it absolute, below the project directory. */
function isInside(path: string, { project }: Draft): boolean {
  return [project.directory, project.workspace].some((folder) => {
    return folder !== parse(folder).root && pathBelow(folder, path) !== undefined;
  });
}

/**
 * `path` is asked for only where there is something to tell: finding it takes longer than the rest.
 */
function renderMount(mount: ComposeMount, draft: Draft, path: () => KeyPath): StackMount {
  const { type, source, target, bind, volume, tmpfs } = mount;
  if (bind?.selinux) {
    warn(
      draft,
      path(),
      `asks for the SELinux label ${bind.selinux}, which Swarm does not set. Label ${source} on every node (chcon).`,
    );
  }
  if (volume?.labels && Object.keys(volume.labels).length > 0) {
    warn(draft, path(), 'gives labels to an anonymous volume, which Swarm does not: left out.');
  }
  if (tmpfs?.mode && tmpfs.mode !== TMPFS_MODE) warnOfMode(draft, path(), target ?? '', tmpfs.mode);
  return {
    type,
    ...(source ? { source } : {}),
    target: target ?? '',
    ...(mount.read_only ? { read_only: true } : {}),
    ...(mount.consistency ? { consistency: mount.consistency } : {}),
    ...(type === 'bind' && bind?.propagation ? { bind: { propagation: bind.propagation } } : {}),
    ...(type === 'volume' && volume?.nocopy ? { volume: { nocopy: true } } : {}),
    ...(type === 'tmpfs' && tmpfs?.size ? { tmpfs: { size: tmpfs.size } } : {}),
  };
}

function warnOfMode(draft: Draft, path: KeyPath, target: string, mode: number): void {
  warn(
    draft,
    path,
    `gives ${target} the permissions ${mode.toString(8)}. A stack file cannot; the container gets 1777.`,
  );
}

/** Options that every tmpfs mount of Docker has anyway. */
const TMPFS_DEFAULTS = ['rw', 'noexec', 'nosuid', 'nodev'];
/** What a program that asks for it cannot do without. */
const TMPFS_NEEDED = ['exec', 'suid', 'dev'];

/**
 * The `tmpfs` key, `PATH[:OPTIONS]`, which `docker stack deploy` reads and drops: as mounts, which
 * it does not drop.
 */
export function renderTmpfs(entries: readonly string[], draft: Draft): void {
  for (const [index, entry] of entries.entries()) {
    const path = itemPath(draft, 'tmpfs', index, entries.length);
    const at = entry.indexOf(':');
    const target = at < 0 ? entry : entry.slice(0, at);
    const options = at < 0 ? [] : entry.slice(at + 1).split(',');
    let size: number | undefined;
    let readOnly = false;
    for (const option of options) {
      const [name = '', value = ''] = option.split('=', 2);
      if (name === 'size') size = bytes(value);
      else if (name === 'ro') readOnly = true;
      else if (name === 'mode' && Number.parseInt(value, 8) !== TMPFS_MODE) {
        warnOfMode(draft, path, target, Number.parseInt(value, 8));
      } else if (TMPFS_NEEDED.includes(name)) {
        refuse(
          draft,
          path,
          `mounts ${target} with \`${name}\`, which a stack file cannot say: Swarm mounts every tmpfs with no${name}. Use a volume, or a folder of the image.`,
        );
      } else if (name !== 'mode' && name !== '' && !TMPFS_DEFAULTS.includes(name)) {
        warn(draft, path, `mounts ${target} with \`${option}\`, which a stack file cannot say.`);
      }
      if (name === 'size' && size === undefined) {
        refuse(draft, path, `has a size that is not understood: ${option}. Write \`size=64m\`.`);
      }
    }
    draft.out.volumes.push({
      type: 'tmpfs',
      target,
      ...(readOnly ? { read_only: true } : {}),
      ...(size === undefined ? {} : { tmpfs: { size } }),
    });
  }
}

const UNITS: Readonly<Record<string, number>> = { '': 1, b: 1, k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 };

function bytes(size: string): number | undefined {
  const [, count, unit = ''] = /^(\d+)([bkmg]?)b?$/i.exec(size) ?? [];
  const factor = UNITS[unit.toLowerCase()];
  return count === undefined || factor === undefined ? undefined : Number(count) * factor;
}

/**
 * `shm_size`, which Swarm does not have: what it sizes is a tmpfs. A mount that the user wrote at
 * its place wins.
 */
export function renderSharedMemory(size: number, draft: Draft): void {
  const target = '/dev/shm';
  const { volumes, tmpfs } = draft.service;
  const own = volumes?.some((mount) => mount.target === target);
  if (size <= 0 || own || tmpfs?.some((entry) => entry.split(':')[0] === target)) return;
  draft.out.volumes.push({ type: 'tmpfs', target, tmpfs: { size } });
}

/**
 * Swarm refuses two mounts at one place (swarmkit controlapi/service.go, "duplicate mount point").
 */
export function checkMountTargets(draft: Draft): void {
  const targets = draft.out.volumes.map(({ target }) => target);
  for (const target of new Set(targets.filter((one, at) => targets.indexOf(one) !== at))) {
    refuse(draft, ['volumes'], `mounts two things at ${target}. Remove one of them.`);
  }
}
