// Machines of Multipass for `driver: command`, on the computer of the runner.
//   create: [node, examples/command/multipass.mjs, "24.04", --memory, 2G, --disk, 20G]
// Words after the program go to `multipass launch`. Multipass keeps no labels, so they are in files.
import { isMeant, run, serve } from './protocol.mjs';
import { records } from './records.mjs';

/** `words` go to `multipass launch`; `multipass` runs it with words and an input. */
export function programs(words, multipass, kept = records('multipass')) {
  const instances = () => JSON.parse(multipass(['list', '--format', 'json'])).list;
  const find = (name) => instances().find((one) => one.name === name);
  return {
    create({ name, labels, user_data }) {
      if (!kept.find(name)) kept.write({ name, labels });
      const there = find(name);
      if (!there) multipass(['launch', ...words, '--name', name, '--cloud-init', '-'], user_data);
      else if (there.state !== 'Running') multipass(['start', name]);
      return { name, address: find(name).ipv4[0] };
    },
    list(request) {
      const all = instances();
      const machines = kept
        .all()
        .filter(({ labels }) => isMeant(labels, request))
        .map(({ name, labels }) => {
          // A record without a machine is one that was never finished: it is removed.
          const there = all.find((one) => one.name === name);
          const state = there?.state === 'Running' ? 'running' : 'stopped';
          return { name, labels, state, address: there?.ipv4[0] };
        });
      return { machines };
    },
    destroy({ name }) {
      if (find(name)) multipass(['delete', '--purge', name]);
      kept.remove(name);
      return {};
    },
    renew(request) {
      for (const one of kept.all().filter(({ labels }) => isMeant(labels, request))) {
        kept.write({ ...one, labels: { ...one.labels, ...request.labels } });
      }
      return {};
    },
  };
}

if (import.meta.main) {
  await serve(
    programs(process.argv.slice(2), (words, input) => run(['multipass', ...words], input)),
  );
}
