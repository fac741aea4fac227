// A proxy between a client and what stands in for a vendor. It checks each call and each answer
// against a description, refuses what does not fit, and says so: one line of JSON for each event.
// node proxy.mjs structure.json http://127.0.0.1:1234
import { createLogger } from '@stoplight/prism-core';
import { getHttpOperationsFromSpec } from '@stoplight/prism-http';
import { createServer } from '@stoplight/prism-http-server';

const [spec = '', upstream = ''] = process.argv.slice(2);
const say = (event) => process.stdout.write(`${JSON.stringify(event)}\n`);

const logger = createLogger('proxy', { level: 'silent' });
const violation = ({ input }, message) =>
  say({ violation: `${input ? `${input.method} ${input.url.path}: ` : ''}${message}` });
const watched = Object.assign(Object.create(logger), { error: violation, warn: violation });
watched.child = () => watched;

const server = createServer(await getHttpOperationsFromSpec(spec), {
  components: { logger: watched },
  cors: false,
  config: {
    ...{ checkSecurity: true, validateRequest: true, validateResponse: true, errors: true },
    ...{ isProxy: true, upstream: new URL(upstream), mock: { dynamic: false } },
  },
});
say({ endpoint: await server.listen(0, '127.0.0.1') });
