// Machines of Incus for `driver: command`.
//   create: [node, examples/command/incus.mjs, "images:debian/13/cloud", --vm]
// Words after the program go to `incus create`. Labels are a `user.` key of the instance.
import { isMeant, run, serve } from './protocol.mjs';

const KEY = 'user.swarm-up';

/** `words` go to `incus create`; `incus` runs it with words and an input. */
export function programs(words, incus) {
  const instances = () =>
    JSON.parse(incus(['list', '--format=json']))
      .filter(({ config }) => config[KEY])
      .map((one) => ({ ...one, labels: JSON.parse(one.config[KEY]) }));
  const find = (name) => instances().find((one) => one.name === name);
  const start = (name) => {
    if (find(name).status !== 'Running') incus(['start', name]);
  };
  return {
    async create({ name, labels, user_data }) {
      if (!find(name)) {
        // By standard input: it holds a private key.
        const config = { [KEY]: JSON.stringify(labels), 'cloud-init.user-data': user_data };
        incus(['create', ...words, name], JSON.stringify({ config }));
      }
      start(name);
      const address = await addressOf(() => find(name));
      return { name, address };
    },
    list: (request) => ({
      machines: instances()
        .filter(({ labels }) => isMeant(labels, request))
        .map((one) => ({
          name: one.name,
          labels: one.labels,
          created: one.created_at,
          state: one.status === 'Running' ? 'running' : 'stopped',
          address: firstAddress(one),
        })),
    }),
    destroy({ name }) {
      if (find(name)) incus(['delete', '--force', name]);
      return {};
    },
    renew(request) {
      for (const { name, labels } of instances().filter((one) => isMeant(one.labels, request))) {
        incus([
          'config',
          'set',
          name,
          `${KEY}=${JSON.stringify({ ...labels, ...request.labels })}`,
        ]);
      }
      return {};
    },
  };
}

/** The first that the instance has by itself: not that of a bridge of Docker. */
function firstAddress({ state }) {
  const networks = Object.entries(state?.network ?? {}).filter(([name]) => /^e/.test(name));
  return networks
    .flatMap(([, { addresses }]) => addresses)
    .find(({ family, scope }) => family === 'inet' && scope === 'global')?.address;
}

async function addressOf(find) {
  for (;;) {
    const address = firstAddress(find());
    if (address) return address;
    // The time limit of the driver ends this.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

if (import.meta.main) {
  await serve(programs(process.argv.slice(2), (words, input) => run(['incus', ...words], input)));
}
