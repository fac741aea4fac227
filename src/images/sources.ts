import { glob, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Readable } from 'node:stream';
import * as z from 'zod';
import { ActionError } from '../base/errors.ts';
import { pathBelow } from '../base/files/path-below.ts';
import { inspect } from '../engine/inspect.ts';
import type { Executor } from '../exec/executor.ts';
import { isNotFound } from '../exec/not-started.ts';
import { normaliseReference } from '../registry/digests.ts';
import { readArchive } from './archive.ts';
import { contentReference } from './content-tag.ts';
import { type Image, image, isSame } from './image.ts';

/** Where images come from that are loaded into nodes: the runner's engine, or a tar file. */
export interface ImageSource {
  /** For messages: "the runner", or the path of the file as it is named there. */
  readonly where: string;
  /** By name. */
  readonly images: ReadonlyMap<string, Image>;
  /** Whether what is to be loaded depends on the platform of the engine. */
  readonly isForSeveral?: boolean | undefined;
  /** About how many bytes an archive with all of it has. */
  readonly bytes: number;
  /**
   * An archive for `docker load` with at least the named images of it, for an engine of this
   * platform (`linux/arm64`).
   */
  open(names: readonly string[], platform?: string): Promise<Readable>;
}

/** Whether a line of `images` names tar files. */
function isPath(line: string): boolean {
  return line.includes('*') || /\.(tar|tar\.gz|tgz)$/.test(line);
}

/**
 * Finds what `images` names: images of the runner's engine, and those in tar files (paths and
 * globs, relative to the workspace). Nothing is loaded into the runner's engine. Runs before
 * anything is created. Throws `ActionError` that names what is missing or no archive of images,
 * with the reason.
 */
export async function findImages(
  runner: Executor,
  workspace: string,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<readonly ImageSource[]> {
  const names = lines.filter((line) => !isPath(line));
  const sources = [
    ...(names.length > 0 ? [await engineSource(runner, names, signal)] : []),
    ...(await archiveSources(workspace, lines.filter(isPath), signal)),
  ];
  refuseTwice(sources);
  return sources;
}

/** All images of the sources, by the form of their names in which references are compared. */
export function imagesByReference(sources: readonly ImageSource[]): ReadonlyMap<string, Image> {
  return new Map(
    sources.flatMap(({ images }) =>
      [...images].map(([name, one]) => [normaliseReference(name), one] as const),
    ),
  );
}

/**
 * The references by which services ask for images of the sources: as it is written -> with the tag
 * of its content. What is in no source is left out.
 */
export function referencesToRun(
  sources: readonly ImageSource[],
  written: Iterable<string>,
): ReadonlyMap<string, string> {
  const loaded = imagesByReference(sources);
  const references = new Map<string, string>();
  for (const name of written) {
    const found = loaded.get(normaliseReference(name));
    if (found) references.set(name, contentReference(name, found));
  }
  return references;
}

async function engineSource(
  runner: Executor,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ImageSource> {
  const images = await imagesByName(runner, names, signal);
  const missing = names.filter((name) => !images.has(name));
  if (missing.length > 0) {
    throw new ActionError(
      `images: ${missing.join(', ')}: not on the Docker Engine of the runner, so it cannot be loaded into the nodes.`,
      {
        hint: `Build or pull it in an earlier step (docker build -t ${missing[0]} .), or take it out of \`images\` to have the nodes pull it. A tar file is recognised by its ending: .tar, .tar.gz or .tgz.`,
        status: 'image',
      },
    );
  }
  refuseWindows(names.filter((name) => images.get(name)?.Os === 'windows'));
  const parts = names.filter((name) => images.get(name)?.Os === '');
  if (parts.length > 0) {
    throw new ActionError(
      `images: ${parts.join(', ')}: the Docker Engine of the runner has only parts of it, so it cannot be loaded into the nodes.`,
      {
        hint: `Layers of it went with another image or platform that was removed (containerd image store). Build or pull it again in an earlier step: docker pull ${parts[0]}`,
        status: 'image',
      },
    );
  }
  return {
    where: runner.where,
    // In the order in which they are named, whichever was found first.
    images: new Map(names.map((name) => [name, images.get(name) as Image])),
    bytes: [...images.values()].reduce((sum, { Size }) => sum + (Size ?? 0), 0),
    open: (wanted) => runner.open(['docker', 'save', ...wanted]),
  };
}

/** Those that the engine has. Throws `ActionError` if the runner has no docker at all. */
async function imagesByName(
  runner: Executor,
  names: readonly string[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, Image>> {
  const images = new Map<string, Image>();
  try {
    await Promise.all(
      names.map(async (name) => {
        const [found] = await imagesOf(runner, [name], { signal });
        if (found) images.set(name, found);
      }),
    );
  } catch (error) {
    if (!isNotFound(error)) throw error;
    throw new ActionError(
      `images: ${names.join(', ')}: the runner has no docker, so no image of it can be loaded into the nodes.`,
      { details: error.message, cause: error, hint: FROM_LINUX, status: 'image' },
    );
  }
  return images;
}

/** What a runner does that has no engine for Linux containers. */
const FROM_LINUX =
  'Build the image in a job on Linux and keep it by `docker save --output web.tar` as an artifact. Name the file in `images`, or push the image to a registry.';

function refuseWindows(names: readonly string[]): void {
  if (names.length === 0) return;
  throw new ActionError(
    `images: ${names.join(', ')}: for Windows containers, and the nodes run Linux containers.`,
    { hint: `The engine of this runner makes no others. ${FROM_LINUX}`, status: 'image' },
  );
}

const inspected = z.array(image);

/** Those of the images that an engine has. Throws as `inspect` does. */
export async function imagesOf(
  engine: Executor,
  names: Iterable<string>,
  options: { readonly signal: AbortSignal; readonly repeatable?: boolean },
): Promise<readonly Image[]> {
  const { stdout } = await inspect(engine, ['docker', 'image', 'inspect', ...names], options);
  return inspected.parse(JSON.parse(stdout || '[]'));
}

/** Those of the images that the runner's engine has. */
export async function presentImages(
  runner: Executor,
  names: readonly string[],
  signal: AbortSignal,
): Promise<readonly string[]> {
  const found = await Promise.all(names.map((name) => imagesOf(runner, [name], { signal })));
  return names.filter((_, at) => (found[at] ?? []).length > 0);
}

async function archiveSources(
  workspace: string,
  lines: readonly string[],
  signal: AbortSignal,
): Promise<readonly ImageSource[]> {
  const problems: string[] = [];
  const paths = new Set<string>();
  for (const line of lines) {
    const found = await filesOf(workspace, line);
    for (const path of found) paths.add(path);
    if (found.length === 0) problems.push(`${line}: there is no such file.`);
  }
  const sources: ImageSource[] = [];
  for (const path of paths) {
    const where = named(path, workspace);
    try {
      const archive = await readArchive(path, signal);
      const { images, isForSeveral } = archive;
      sources.push({
        ...{ where, images, isForSeveral, bytes: (await stat(path)).size },
        open: async (_, platform) => archive.open(platform),
      });
    } catch (error) {
      if (!(error instanceof ActionError)) throw error;
      problems.push(`${where}: ${error.message}`);
    }
  }
  if (problems.length === 0) return sources;
  throw new ActionError('Tar files that `images` names cannot be loaded into the nodes.', {
    details: problems.join('\n'),
    hint: `Nothing has been created. Paths start from ${workspace}; an artifact of an earlier job has to be downloaded into it first.`,
    status: 'image',
  });
}

/** Absolute paths, in the order of their names. */
async function filesOf(workspace: string, line: string): Promise<readonly string[]> {
  const found: string[] = line.includes('*') ? [] : [line];
  if (found.length === 0) for await (const one of glob(line, { cwd: workspace })) found.push(one);
  const files: string[] = [];
  for (const path of found.toSorted().map((one) => resolve(workspace, one))) {
    const isFile = await stat(path).then(
      (one) => one.isFile(),
      () => false,
    );
    if (isFile) files.push(path);
  }
  return files;
}

function named(path: string, workspace: string): string {
  return pathBelow(workspace, path) ?? path;
}

/**
 * Which of two images a node would have under the one name depends on the order of loading, and a
 * wrong guess would be deployed.
 */
function refuseTwice(sources: readonly ImageSource[]): void {
  const seen = new Map<string, { readonly where: string; readonly image: Image }>();
  const problems: string[] = [];
  for (const { where, images } of sources) {
    for (const [name, one] of images) {
      const reference = normaliseReference(name);
      const other = seen.get(reference);
      if (!other) seen.set(reference, { where, image: one });
      else if (!isSame(one, other.image)) {
        problems.push(`${reference}: one in ${other.where}, another in ${where}`);
      }
    }
  }
  if (problems.length === 0) return;
  throw new ActionError('Different images in `images` have the same name.', {
    details: problems.join('\n'),
    hint: 'Nothing has been created. Take one of them out of `images`, or give it another tag.',
    status: 'image',
  });
}
