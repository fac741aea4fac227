import { type EngineApi, engineApi } from '../../src/engine/api.ts';
import { runner } from '../../src/exec/runner.ts';

const apis = new Map<string, EngineApi>();

/**
 * The engine of a node, asked over one connection that stays, as long as the node does: a docker
 * client for a question takes ten times the processor time of its answer.
 */
export function nodeApi(node: string): EngineApi {
  const known = apis.get(node);
  if (known) return known;
  const api = engineApi({
    where: node,
    run: (argv, options) => runner.run(['docker', 'exec', node, ...argv], options),
    open: (argv) => runner.open(['docker', 'exec', '--interactive', node, ...argv]),
  });
  apis.set(node, api);
  return api;
}
