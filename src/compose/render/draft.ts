import type { Findings } from '../findings.ts';
import type { ComposeProject } from '../load.ts';
import type { KeyPath } from '../location.ts';
import type { ComposeService } from '../service-model.ts';
import type { StackService, StackVersion } from './stack-file.ts';

/** One service on its way from the compose schema to the stack schema. */
export interface Draft {
  readonly name: string;
  readonly service: ComposeService;
  readonly project: ComposeProject;
  readonly findings: Findings;
  /** What has been written so far. */
  readonly out: StackService;
  /** Docker's own networks that the service asked for with `network_mode`. */
  readonly predefined: Set<'host' | 'bridge'>;
  /** External configs that hold Windows credentials. */
  readonly credentialConfigs: Set<string>;
  /** Asks for a version of the stack schema that has a key. */
  needs(version: StackVersion): void;
}

/**
 * Says that something of the service is left out or changed. `why` ends the sentence that names the
 * key.
 */
export function warn(draft: Draft, path: KeyPath, why: string): void {
  draft.findings.warn(...said(draft, path, why));
}

/** Says that the service cannot be deployed as it is written. */
export function refuse(draft: Draft, path: KeyPath, why: string): void {
  draft.findings.refuse(...said(draft, path, why));
}

function said(draft: Draft, path: KeyPath, why: string): [KeyPath, string] {
  const keys = path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
  return [['services', draft.name, ...path], `service ${draft.name}: \`${keys.slice(1)}\` ${why}`];
}

/**
 * The path of an item of a list, or of the list itself where the two do not correspond: Compose
 * expands ranges of ports and joins the lists of several files, so that its index would point at
 * another line.
 */
export function itemPath(draft: Draft, key: string, index: number, length: number): KeyPath {
  const line = (...rest: KeyPath) =>
    draft.project.locate(['services', draft.name, key, ...rest])?.line;
  const corresponds = line(length - 1) !== line() && line(length) === line();
  return corresponds ? [key, index] : [key];
}
