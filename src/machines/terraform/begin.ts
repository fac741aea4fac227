import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ActionError } from '../../base/errors.ts';
import { commands } from './commands.ts';
import { validateAnswer, versionAnswer } from './messages.ts';
import { placeOf, textOf } from './problems.ts';
import { ask, titleOf } from './run-terraform.ts';
import type { Work } from './work.ts';

/** `terraform_data` is there since 1.4, and every OpenTofu has it. */
const LEAST = [1, 4] as const;

/** A module that is ready to be asked. */
export interface Begun {
  /** Of the program. */
  readonly version: string;
  /** Type of the backend: `s3`; `local` where the state is a file on the runner. */
  readonly backend: string;
}

/**
 * Makes the module ready: its providers, and its backend. Changes nothing but files on the runner.
 * Throws `ActionError` with file and line if something is wrong with the module.
 */
export async function begin(
  work: Work,
  {
    isReadOnly = false,
    plugins,
  }: { readonly isReadOnly?: boolean; readonly plugins?: string } = {},
): Promise<Begun> {
  const { options, program, scratch } = work;
  if (!existsSync(program.module)) throw noModule(options.module);
  const version = await versionOf(work);
  const hasLock = existsSync(join(program.module, '.terraform.lock.hcl'));
  const init = commands.init(options['backend-config'], {
    ...{ isReadOnly: isReadOnly && hasLock, plugins },
  });
  try {
    await ask(work, init);
  } catch (error) {
    throw error instanceof ActionError ? await withPlaces(work, error) : error;
  }
  return { version, backend: backendOf(scratch.data) };
}

async function versionOf(work: Work): Promise<string> {
  const words = commands.version();
  const answer = versionAnswer.safeParse(documentOf(await ask(work, words)));
  if (!answer.success) {
    throw new ActionError(`\`${titleOf(work, words)}\` did not say its version.`, {
      hint: '`binary` in `driver-options` has to be Terraform or OpenTofu.',
    });
  }
  const { terraform_version: version } = answer.data;
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST;
  const isEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  if (isEnough) return version;
  throw new ActionError(`${titleOf(work, words)}: ${version} is too old.`, {
    hint: `Install ${LEAST.join('.')} or later.`,
  });
}

/** The error of `init`, with what `validate` says of the module, if it says something. */
async function withPlaces(work: Work, error: ActionError): Promise<ActionError> {
  const { log, ground, bounds } = work;
  // It ends with 1 if something is wrong, and its answer says what.
  const said = await ask(work, commands.validate()).catch((failure: unknown) => failure);
  bounds.signal.throwIfAborted();
  const text = said instanceof ActionError ? said.details : said;
  const answer = validateAnswer.safeParse(documentOf(String(text ?? '')));
  const errors = (answer.data?.diagnostics ?? []).filter((one) => one.severity === 'error');
  const placed = errors.filter((one) => one.range);
  if (placed.length === 0) return error;
  for (const one of placed) {
    const place = placeOf(one, ground);
    if (place) log.error?.(textOf(one, ground), { ...place, title: 'Module' });
  }
  return new ActionError(error.message, {
    details: placed.map((one) => textOf(one, ground)).join('\n'),
    cause: error,
  });
}

const settings = z.object({ backend: z.object({ type: z.string() }).nullish() });

/** What `init` has written of the backend; it writes nothing if the module names none. */
function backendOf(data: string): string {
  const file = join(data, 'terraform.tfstate');
  if (!existsSync(file)) return 'local';
  return settings.parse(JSON.parse(readFileSync(file, 'utf8'))).backend?.type ?? 'local';
}

/** Refuses a state that would be gone with the job while its machines stay. Throws `ActionError`. */
export function refuseLocal({ backend }: Begun, teardown: string): void {
  if (backend !== 'local' || teardown === 'auto' || teardown === 'always') return;
  throw new ActionError(
    `The state of the module is a file on the runner, and \`teardown: ${teardown}\` keeps the machines.`,
    {
      details: 'After the job the state would be gone, and nobody could remove the machines.',
      hint: 'Give the module a backend (`backend "s3" {}`). Or remove the machines in this job (`teardown: always`). If this runner keeps its files, set `allow-local-state: true` in `driver-options`.',
    },
  );
}

function noModule(module: string): ActionError {
  return new ActionError(`The folder of the module was not found: ${module}`, {
    hint: '`module` in `driver-options` counts from the folder of the job. In a job that has not checked out the repository, add the step `actions/checkout` before this one.',
  });
}

function documentOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
