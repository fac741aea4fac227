import type { Findings } from '../findings.ts';

// Rules of swarmkit manager/controlapi/common.go: validateAnnotations,
// validateConfigOrSecretAnnotations.

const DNS_NAME = /^[a-zA-Z0-9](?:[-_]*[A-Za-z0-9]+)*$/;
const DNS_NAME_LENGTH = 63;
const OBJECT_NAME_LENGTH = 64;
const HASH_LENGTH = 12;

/** `<stack>_<service>` has to be a DNS label. */
export function checkServiceName(stack: string, service: string, findings: Findings): void {
  const name = `${stack}_${service}`;
  const fault = nameFault(name);
  if (fault !== undefined) {
    findings.refuse(
      ['services', service],
      `service ${service}: its name in the swarm would be ${name}, ${fault} Rename the service, or choose another \`stack-name\`.`,
    );
  }
}

/** Names of networks follow the same rule. */
export function checkNetworkName(name: string, key: string, findings: Findings): void {
  const fault = nameFault(name);
  if (fault !== undefined) {
    findings.refuse(
      ['networks', key],
      `network ${key}: its name in the swarm would be ${name}, ${fault} Give it another \`name\`.`,
    );
  }
}

function nameFault(name: string): string | undefined {
  if (name.length > DNS_NAME_LENGTH) {
    return `${name.length} characters long; Swarm allows ${DNS_NAME_LENGTH}.`;
  }
  if (DNS_NAME.test(name)) return undefined;
  return 'which Swarm does not allow: letters, digits and inner `-` or `_` only.';
}

/**
 * The name of a config or secret in the swarm: what it is called, and a part of the hash of its
 * content, since Swarm cannot change the content of one that exists. Cut so that Swarm takes it (64
 * characters), but never in the hash.
 */
export function objectName(readable: string, hash: string): string {
  const tail = `_${hash.slice(0, HASH_LENGTH)}`;
  const head = readable
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, OBJECT_NAME_LENGTH - tail.length);
  return head === '' ? tail.slice(1) : head + tail;
}
