import { HELLO_IMAGE } from '../../../script/hello-image.ts';
import type { RunOptions, RunResult } from '../../../src/exec/executor.ts';

/**
 * One of each kind of object. Its service has no task: what becomes of those is seen where runs are
 * cancelled and killed.
 */
export const STACK = `services:
  web:
    image: ${HELLO_IMAGE}
    configs: [greeting]
    secrets: [word]
    deploy: {replicas: 0}
configs: {greeting: {content: hello}}
secrets: {word: {environment: WORD}}
`;

/**
 * What `docker compose config` makes of it; compared in
 * __tests__/integration/conformance/model-compose.test.ts.
 */
const LOADED = {
  configs: { greeting: { name: 'shop_greeting', content: 'hello' } },
  name: 'shop',
  networks: { default: { name: 'shop_default', ipam: {} } },
  secrets: { word: { name: 'shop_word', environment: 'WORD' } },
  services: {
    web: {
      ...{ command: null, configs: [{ source: 'greeting' }] },
      deploy: { replicas: 0, resources: {}, placement: {} },
      ...{ entrypoint: null, image: HELLO_IMAGE, networks: { default: null } },
      secrets: [{ source: 'word', target: '/run/secrets/word' }],
    },
  },
};

/** `docker compose config` of the stack above, or of the probe for the variables that it names. */
export function composeConfig({ stdin, env = {} }: RunOptions): RunResult {
  const { WORD } = env;
  const probe = {
    name: 'probe',
    networks: { default: { name: 'probe_default', ipam: {} } },
    services: {
      probe: {
        ...{ command: null, entrypoint: null },
        environment: { IS_SET_WORD: 'yes', VALUE_WORD: WORD },
        ...{ image: 'probe', networks: { default: null } },
      },
    },
  };
  const loaded = stdin === undefined ? LOADED : probe;
  return { exitCode: 0, stdout: JSON.stringify(loaded, null, 2), stderr: '' };
}
