import { CommandError } from '../../exec/executor.ts';
import type { PublishedPort } from '../driver.ts';
import type { Privilege } from './commands.ts';

/** What a container is created with that the engine may refuse. */
export interface CreateOptions {
  readonly privilege: Privilege;
  /** What the engine has refused before. */
  readonly refused?: readonly Privilege[] | undefined;
  /** Ports that get another number at 127.0.0.1 of the runner, because theirs is taken. */
  readonly elsewhere: readonly PublishedPort[];
}

const PRIVILEGES: readonly Privilege[] = ['privileged', 'capabilities'];

/**
 * How engines refuse rights that their machine lacks: those before 28 cannot hand on
 * CAP_SYS_RESOURCE, and later ones let it be neither added nor dropped by name, and leave it out
 * themselves.
 */
const REFUSED: Readonly<Record<Privilege, RegExp>> = {
  privileged: /unable to apply caps/,
  capabilities: /invalid Cap(Add|Drop)/,
};

/**
 * Another way to create a container after the engine has refused this one; undefined where there is
 * none.
 */
export function createFallback(
  error: unknown,
  refused: CreateOptions,
  ports: readonly PublishedPort[],
): CreateOptions | undefined {
  const said = error instanceof CommandError ? error.result.stderr : '';
  if (REFUSED[refused.privilege].test(said)) {
    const tried = [...(refused.refused ?? []), refused.privilege];
    const privilege = PRIVILEGES.find((one) => !tried.includes(one));
    return privilege && { ...refused, privilege, refused: tried };
  }
  // The engine names one port at most; all of them get new numbers, so that this happens once.
  if (
    refused.elsewhere.length < ports.length &&
    /port is already allocated|address already in use/.test(said)
  ) {
    return { ...refused, elsewhere: ports };
  }
  return undefined;
}
