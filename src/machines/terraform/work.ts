import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { Clock } from '../../base/clock.ts';
import type { DriverLog } from '../../base/log.ts';
import type { Executor } from '../../exec/executor.ts';
import type { Bounds } from '../cloud/cloud-client.ts';
import type { Program } from './commands.ts';
import type { TerraformOptions } from './options.ts';
import type { Ground } from './problems.ts';
import type { Scratch } from './scratch.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** What a piece of work with Terraform needs. */
export interface Work {
  readonly runner: Executor;
  readonly clock: Clock;
  readonly log: DriverLog;
  /** Tells each warning only the first time: a plan and its apply have the same. */
  readonly warn: (text: string, place: Parameters<DriverLog['warning']>[1]) => void;
  readonly options: TerraformOptions;
  readonly program: Program;
  readonly ground: Ground;
  readonly scratch: Scratch;
  /** The variables of the step. */
  readonly variables: Variables;
  readonly bounds: Bounds;
}

/** Where the actions that install the programs put the real one beside a wrapper in JavaScript. */
const BEHIND_WRAPPER: Readonly<Record<string, readonly [variable: string, file: string]>> = {
  terraform: ['TERRAFORM_CLI_PATH', 'terraform-bin'],
  tofu: ['TOFU_CLI_PATH', 'tofu-bin'],
};

/**
 * The program behind the wrapper that `hashicorp/setup-terraform` and `opentofu/setup-opentofu` put
 * into PATH: a wrapper hands no SIGINT on, and its end would cut the program's output.
 */
export function behindWrapper(
  binary: string,
  variables: Variables,
  platform: NodeJS.Platform = process.platform,
): string {
  const [variable, file] = BEHIND_WRAPPER[binary] ?? [];
  const folder = variable === undefined ? undefined : variables[variable];
  if (folder === undefined || file === undefined || folder.includes(delimiter)) return binary;
  const path = join(folder, platform === 'win32' ? `${file}.exe` : file);
  return existsSync(path) ? path : binary;
}
