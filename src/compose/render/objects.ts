import { createHash } from 'node:crypto';
import type { Labels } from '../../machines/ownership.ts';
import { displayed } from '../files.ts';
import type { Findings } from '../findings.ts';
import { windowsLineEnds } from '../line-ends.ts';
import type { ComposeProject } from '../load.ts';
import type { ComposeFileObject } from '../model.ts';
import type { ComposeReference } from '../service-model.ts';
import { canBeCopied, copiesNeeded, numbered, tailOfCopy } from './copies.ts';
import { type Draft, itemPath, warn } from './draft.ts';
import { objectName } from './names.ts';
import type { StackObject } from './stack-file.ts';
import { withoutUnset } from './unset.ts';

export type ObjectKind = 'config' | 'secret';

/**
 * Bytes, exclusive: swarmkit MaxConfigSize (half of it before 20.10) and MaxSecretSize. Nothing at
 * all is refused too.
 */
const SIZE_LIMITS: Readonly<Record<ObjectKind, number>> = {
  config: 1000 * 1024,
  secret: 500 * 1024,
};

/**
 * The key of a config or secret in the compose file: what versions of one object have in common.
 */
export const OBJECT_LABEL = 'swarm-up.object';
/** SHA-256 of what the name's hash was cut from. */
export const HASH_LABEL = 'swarm-up.sha256';

export interface RenderedObjects {
  readonly objects: Readonly<Record<string, StackObject>>;
  readonly files: readonly {
    /** Of the compose file. */
    readonly key: string;
    readonly path: string;
    readonly content: Uint8Array;
  }[];
}

/**
 * Configs or secrets of the file. Content is read here, on the runner, and travels beside the stack
 * file; what cannot be read becomes a finding. Each gets the labels of its owner, and says which
 * object of the file it is a version of.
 */
export async function renderObjects(
  kind: ObjectKind,
  project: ComposeProject,
  stack: string,
  owner: Labels,
  findings: Findings,
): Promise<RenderedObjects> {
  const objects: Record<string, StackObject> = {};
  const files: { key: string; path: string; content: Uint8Array }[] = [];
  const given = project.model[`${kind}s`];
  const needed = copiesNeeded(project.model.services, `${kind}s`);
  for (const [key, object] of Object.entries(given)) {
    const explicit = object.name === `${project.model.name}_${key}` ? undefined : object.name;
    const { labels, driver, driver_opts, template_driver } = object;
    if (object.external) {
      objects[key] = { external: true, name: object.name ?? key };
    } else if (driver) {
      objects[key] =
        withoutUnset({ name: explicit, driver, driver_opts, labels, template_driver }) ?? {};
    } else {
      const content = await readContent(kind, key, object, project, findings);
      if (content === undefined) continue;
      for (let copy = 1; copy <= (needed.get(key) ?? 1); copy++) {
        const hash = contentHash(content, template_driver, copy);
        const tail = tailOfCopy(copy, given);
        const ownKey = key + tail;
        const name = objectName((explicit ?? `${stack}_${key}`) + tail, hash);
        const path = `${kind}s/${name}`;
        files.push({ key, path, content });
        objects[ownKey] = {
          name,
          file: `./${path}`,
          ...withoutUnset({ template_driver }),
          labels: { ...labels, ...owner, [OBJECT_LABEL]: ownKey, [HASH_LABEL]: hash },
        };
      }
    }
  }
  return { objects, files };
}

/**
 * A template driver is as little to be changed as the content. The number of a copy is in it, since
 * a long name is cut before its hash.
 */
function contentHash(
  content: Uint8Array,
  templateDriver: string | null | undefined,
  copy: number,
): string {
  const hash = createHash('sha256').update(content);
  if (templateDriver) hash.update(`\0${templateDriver}`);
  if (copy > 1) hash.update(`\0${copy}`);
  return hash.digest('hex');
}

async function readContent(
  kind: ObjectKind,
  key: string,
  object: ComposeFileObject,
  project: ComposeProject,
  findings: Findings,
): Promise<Uint8Array | undefined> {
  const refuse = (name: string, why: string): undefined => {
    findings.refuse([`${kind}s`, key, name], `${kind} ${key}: ${why}`);
    return undefined;
  };
  const check = (name: string, content: Uint8Array, what: string): Uint8Array | undefined => {
    const limit = SIZE_LIMITS[kind];
    if (content.length === 0) {
      return refuse(
        name,
        `${what} is empty, and Swarm keeps no empty ${kind}s. Give it a content.`,
      );
    }
    if (content.length < limit) return content;
    return refuse(
      name,
      `${what} is ${content.length} bytes; Swarm keeps ${kind}s below ${limit} bytes. Put large files into the image or on a volume.`,
    );
  };
  const { content: written, environment, file } = object;
  if (written !== undefined && written !== null) {
    return check('content', Buffer.from(written), 'its `content`');
  }
  if (environment) {
    const value = project.environment.get(environment);
    if (value !== undefined) {
      return check('environment', Buffer.from(value), `the variable ${environment}`);
    }
    return refuse(
      'environment',
      `the variable ${environment} is not set. Set it in \`env\` of this step, for example \`${environment}: \${{ secrets.${environment} }}\`.`,
    );
  }
  if (!file) {
    return refuse('file', 'it has none of `file`, `content`, `environment`, `external`.');
  }
  const path = displayed(file, project.workspace);
  try {
    const content = check('file', await project.read(file), path);
    const lineEnds = kind === 'config' && content && windowsLineEnds(content, path);
    if (lineEnds) findings.warn(['configs', key, 'file'], `config ${key}: ${lineEnds}`);
    return content;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? '';
    return refuse('file', `${path} cannot be read: ${READ_FAULTS[code] ?? code}.`);
  }
}

const READ_FAULTS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file on the runner. Write it in an earlier step, or check it out',
  EISDIR: 'it is a folder. Name each file as an object of its own',
  EACCES: 'the runner may not read it. Change its permissions',
};

/**
 * Modes that someone wrote in octal and Compose read in decimal: those of its versions that print
 * numbers do that with `"0440"` in quotes or from a variable. Taken for decimal each would be a
 * mode that nobody means (440 is 0670).
 */
const MISREAD_MODES = [400, 440, 444, 500, 550, 555, 600, 640, 644, 660, 664, 700, 750, 755, 777];

/**
 * What a service refers to. Compose writes the whole path of a secret's default target; Swarm wants
 * the name below /run/secrets.
 */
export function renderReferences(
  references: readonly ComposeReference[],
  draft: Draft,
  key: 'configs' | 'secrets',
): readonly Partial<ComposeReference>[] {
  const objects = draft.project.model[key];
  return numbered(references).map(({ source, target, uid, gid, mode, copy }, index) => {
    const copied = copy > 1 && canBeCopied(objects[source]);
    if (copy === 2 && !copied) {
      warn(
        draft,
        [key],
        `has ${source} at several paths, which \`docker stack deploy\` puts in an order of chance: a deployment that changes nothing may replace the tasks. Give it one path, and a symbolic link in the image.`,
      );
    }
    const misread = MISREAD_MODES.includes(mode ?? 0);
    if (misread) {
      warn(
        draft,
        itemPath(draft, key, index, references.length),
        `gives ${source} the mode ${mode}, which is taken for octal. Write \`mode: 0${mode}\`, without quotes.`,
      );
    }
    return {
      source: copied ? source + tailOfCopy(copy, objects) : source,
      ...withoutUnset({
        target: (target ?? (copied ? source : undefined))?.replace(
          /^\/run\/secrets\/(?=[^/]+$)/,
          '',
        ),
        uid,
        gid,
        mode: misread ? Number.parseInt(String(mode), 8) : mode,
      }),
    };
  });
}
