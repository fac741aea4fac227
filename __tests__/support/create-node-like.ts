import { type Privilege, privilegeFlags } from '../../src/machines/docker/commands.ts';
import { createFallback } from '../../src/machines/docker/create-fallback.ts';
import { docker } from './engine.ts';

const FLAGS = ['--tmpfs=/run', '--tmpfs=/tmp:exec', '--volume=/var/lib/docker'];

/**
 * Creates a container with the rights of a node, so that an engine runs in it. `flags` are its own;
 * `command` begins with its image.
 */
export async function createNodeLike(
  flags: readonly string[],
  command: readonly string[],
): Promise<void> {
  const attempt = async (privilege: Privilege) => {
    await docker('create', ...flags, ...privilegeFlags(privilege), ...FLAGS, ...command);
  };
  try {
    await attempt('capabilities');
  } catch (error) {
    // An engine that does not know of a right of its machine refuses to take it away, and one
    // before 28 refuses a container that it cannot give it to.
    const way = createFallback(error, { privilege: 'capabilities', elsewhere: [] }, []);
    if (!way) throw error;
    await attempt(way.privilege);
  }
}
