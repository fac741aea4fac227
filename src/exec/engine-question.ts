/**
 * What an engine answers without a change (docs.docker.com/reference/api/engine): lists, and one
 * object of them. Others of its GETs do more; `attach/ws` of a container, for one, is a way in.
 */
const TARGET =
  /^\/(?:(?:info|version|swarm|containers\/json|containers\/[^/?]+\/json)|(?:services|tasks|nodes|configs|secrets|networks|volumes)(?:\/[^/?]+)?)(?:\?|$)/;

/** Whether a request to an engine (`GET`, `/services?…`) is known to only read. */
export function isEngineQuestion(method: string, target: string): boolean {
  return method === 'GET' && TARGET.test(target);
}
