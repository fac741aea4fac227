import { isAbsolute, relative, resolve } from 'node:path';
import { ActionError } from '../../base/errors.ts';
import type { AnnotationPlace } from '../../base/log.ts';
import type { Diagnostic } from './messages.ts';

/** A backend that makes a workspace says it in words of its own, with the same fields. */
const LOCKED = /^Error acquiring the state lock|\bfailed to lock\b|^Lock Info:/m;

/** Where files of a module are, for people and annotations. */
export interface Ground {
  /** Of the module. Absolute. */
  readonly module: string;
  /** Of the job. Absolute. */
  readonly workspace: string;
}

/**
 * The place of a diagnostic: its file from the folder of the job, with `/`, and the line. Undefined
 * if it has none there.
 */
export function placeOf(
  { range }: Pick<Diagnostic, 'range'>,
  { module, workspace }: Ground,
): (AnnotationPlace & { readonly file: string; readonly line: number }) | undefined {
  if (!range) return undefined;
  const file = relative(workspace, resolve(module, range.filename));
  if (file.startsWith('..') || isAbsolute(file)) return undefined;
  return { file: file.replaceAll('\\', '/'), line: range.start.line };
}

/** `machines/main.tf:7: Unsupported argument. No such argument.` */
export function textOf(diagnostic: Diagnostic, ground: Ground): string {
  const { range, summary, detail, address } = diagnostic;
  const place = placeOf(diagnostic, ground);
  const file = place?.file ?? range?.filename;
  const where = file === undefined ? (address ?? '') : `${file}:${range?.start.line}`;
  const text = detail === '' ? summary : `${summary}. ${detail}`;
  return where === '' ? text : `${where}: ${text}`;
}

/** The lock of the state, which another run has; undefined if that is not what is wrong. */
export function lockOf(errors: readonly Diagnostic[]): Lock | undefined {
  const texts = errors.map(({ summary, detail: more }) => `${summary}\n${more}`.trim());
  const detail = texts.find((text) => LOCKED.test(text));
  if (detail === undefined) return undefined;
  const field = (name: string) =>
    new RegExp(`^ *${name}: +(\\S.*)$`, 'm').exec(detail)?.[1]?.trim();
  return { id: field('ID'), who: field('Who'), since: field('Created'), detail };
}

/** Who holds the lock of a state. What the backend does not tell is undefined. */
export interface Lock {
  readonly id: string | undefined;
  readonly who: string | undefined;
  readonly since: string | undefined;
  readonly detail: string;
}

/** The error of a state whose lock another run has. */
export function locked(
  { id, who, since, detail }: Lock,
  { binary, module, name }: { binary: string; module: string; name: string },
): ActionError {
  const holder = who === undefined ? 'another run' : who;
  const from = since === undefined ? '' : ` since ${since}`;
  const unlock = `TF_WORKSPACE=${name} ${binary} -chdir=${module} force-unlock ${id ?? '<id>'}`;
  return new ActionError(`The state ${name} is locked by ${holder}${from}.`, {
    details: detail,
    hint: `Wait until that run has ended, then run this again. If it cannot end any more, first look in the cloud for what it was making: the state may not know of that. Then: ${unlock}`,
  });
}
