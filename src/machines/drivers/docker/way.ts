import { CommandError } from '../../../exec/executor.ts';
import type { LocalPort } from '../../driver.ts';
import type { Privilege } from './commands.ts';

/** What a container is created with that the engine may refuse. */
export interface Way {
  readonly privilege: Privilege;
  /** Ports that get another number at 127.0.0.1 of the runner, because theirs is taken. */
  readonly elsewhere: readonly LocalPort[];
}

/** Another way to create a container after the engine has refused this one; undefined where there is none. */
export function otherWay(
  error: unknown,
  refused: Way,
  ports: readonly LocalPort[],
): Way | undefined {
  const said = error instanceof CommandError ? error.result.stderr : '';
  if (refused.privilege === 'privileged' && said.includes('unable to apply caps')) {
    return { ...refused, privilege: 'capabilities' };
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
