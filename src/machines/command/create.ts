import { until } from '../../base/clock.ts';
import { ActionError } from '../../base/errors.ts';
import type { Argv } from '../../exec/argv.ts';
import { quote } from '../../exec/quote.ts';
import { createAnswer } from './answers.ts';
import { callProgram, type Work } from './call-program.ts';
import { type Finding, type FoundMachine, find } from './find.ts';
import type { CommandOptions } from './options.ts';
import type { CreateRequest } from './requests.ts';

const LOOK_MS = 2_000;
/** How long `list` may take to show what was made, with its address, in ms. */
const LISTED_MS = 60_000;

/**
 * Makes one machine, and looks until `list` shows it with its address. Throws as `callProgram` does,
 * and `ActionError` if `create` answers with another name, or if `list` does not show the machine.
 */
export async function createMachine(
  finding: Finding,
  { create, list }: Pick<CommandOptions, 'create' | 'list'>,
  request: CreateRequest,
): Promise<FoundMachine> {
  if (!create) throw new Error('A machine is made only with the option `create`.');
  const { work } = finding;
  const { name } = await callProgram(work, { argv: create, request, answer: createAnswer });
  if (name !== request.name) throw otherName(request, name);
  const found = await listed(finding, request, work);
  if (found?.state === 'running') return found;
  throw notListed(request.name, found, list);
}

async function listed(
  finding: Finding,
  { cluster, repository, name }: CreateRequest,
  { clock, bounds }: Work,
): Promise<FoundMachine | undefined> {
  const look = async () => {
    const { machines } = await find(finding, { cluster, repository });
    return machines.find(({ objectName }) => objectName === name);
  };
  const isThere = (one: FoundMachine | undefined) => one?.state === 'running';
  const limitMs = Math.min(LISTED_MS, bounds.deadline - clock.now());
  return await until(look, isThere, { clock, signal: bounds.signal, limitMs, everyMs: LOOK_MS });
}

function otherName({ name }: CreateRequest, answered: string): ActionError {
  return new ActionError(
    `The program of \`create\` was asked for ${name}, and answered with ${answered}.`,
    {
      hint: 'Give the machine the name of the request. By this name a second call finds it, and `destroy` removes it.',
    },
  );
}

function notListed(name: string, found: FoundMachine | undefined, list: Argv): ActionError {
  const how = found ? 'shows it as stopped, or without an address' : 'does not show it';
  return new ActionError(
    `The program of \`create\` has made ${name}, and that of \`list\` ${how}: ${quote(list)}`,
    {
      hint: 'Have `create` set all `labels` of its request in the call that makes the machine, and end only when the machine runs. Have `list` give these labels, the name and the address.',
    },
  );
}
