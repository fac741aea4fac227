// Servers of Hetzner Cloud for `driver: command`, by its command line `hcloud` and HCLOUD_TOKEN.
//   create: [node, examples/command/hcloud.mjs, --type, cx23, --location, nbg1, --image, docker-ce]
// Words after the program go to `hcloud server create`. There is also `driver: hetzner`: this shows
// how any cloud is joined by its command line.
import { Exit, isMeant, run, serve } from './protocol.mjs';

/** By this label everything of these programs is found. */
const MARK = 'su-command';
const EXPIRES = 'swarm-up.expires';
const RANGE = '10.64.0.0/16';

/** `words` go to `hcloud server create`; `hcloud` runs it with words and an input. */
export function programs(words, hcloud) {
  const listOf = (kind) =>
    // An empty list is `null`, or nothing at all.
    (JSON.parse(hcloud([kind, 'list', '--selector', MARK, '--output', 'json']) || 'null') ?? [])
      .map((one) => ({ ...one, kind, labels: decode(one.labels ?? {}) }))
      .filter(({ labels }) => labels);
  const shared = () => [...listOf('firewall'), ...listOf('network')];
  const labelWords = (labels) =>
    Object.entries(encode(labels)).flatMap(([key, value]) => ['--label', `${key}=${value}`]);
  const machineOf = ({ name, labels, created, status, public_net, private_net }) => ({
    ...{ name, labels, created, state: status === 'off' ? 'stopped' : 'running' },
    address: public_net?.ipv4?.ip,
    private_address: private_net?.[0]?.ip,
  });

  return {
    /** A firewall and a network: the ports of a swarm must not be open to the world. */
    prepare({ name, labels, ports }) {
      const find = (kind) => listOf(kind).find((one) => one.name === name);
      const made = ['--name', name, ...labelWords(labels)];
      if (!find('network')) hcloud(['network', 'create', ...made, '--ip-range', RANGE]);
      if (!find('network').subnets?.length) {
        const subnet = ['--type', 'cloud', '--network-zone', 'eu-central', '--ip-range', RANGE];
        hcloud(['network', 'add-subnet', name, ...subnet]);
      }
      const rules = JSON.stringify([{ port: 22, protocol: 'tcp' }, ...ports].map(ruleOf));
      const how = find('firewall') ? ['replace-rules', name] : ['create', ...made];
      hcloud(['firewall', ...how, '--rules-file', '-'], rules);
      return {};
    },

    create({ name, labels, user_data }) {
      const find = () => listOf('server').find((one) => one.name === name);
      const [, cluster] = /^(.*)-\d+$/.exec(name);
      const joined = ['--firewall', cluster, '--network', cluster];
      const made = ['--name', name, ...labelWords(labels), ...joined, ...words];
      if (!find()) {
        try {
          hcloud(['server', 'create', ...made, '--user-data-from-file', '-'], user_data);
        } catch (error) {
          throw refusalOf(error);
        }
      }
      return { name, address: machineOf(find()).address };
    },

    list: (request) => ({
      machines: listOf('server')
        .filter(({ labels }) => isMeant(labels, request))
        .map(machineOf),
      shared: shared()
        .filter(({ labels }) => isMeant(labels, request))
        .map(({ name, labels, created }) => ({ name, labels, created })),
    }),

    destroy({ name }) {
      if (listOf('server').some((one) => one.name === name)) hcloud(['server', 'delete', name]);
      return {};
    },

    cleanup(request) {
      for (const { kind, name, labels } of shared()) {
        if (isMeant(labels, request)) hcloud([kind, 'delete', name]);
      }
      return {};
    },

    renew(request) {
      // Servers last: a renewal that is ended has then written the new time somewhere.
      for (const { kind, name, labels } of [...shared(), ...listOf('server')]) {
        if (!isMeant(labels, request)) continue;
        // By one label, which is written at once. It is the only one that is ever renewed.
        const end = encodeTime(request.labels[EXPIRES]);
        hcloud([kind, 'add-label', '--overwrite', name, `${MARK}-expires=${end}`]);
      }
      return {};
    },
  };
}

/** No room is exit code 11, so that the driver asks once more. */
function refusalOf(error) {
  const isFull = /resource_unavailable|placement_error/.test(error.message);
  return isFull ? new Exit(11, error.message) : error;
}

function ruleOf({ port, protocol }) {
  const source_ips = ['0.0.0.0/0', '::/0'];
  return { direction: 'in', protocol, port: String(port), source_ips };
}

/** Hetzner takes short and plain values, so labels are one text, cut into pieces; but for the end. */
function encode({ [EXPIRES]: expires, ...labels }) {
  const pieces = Buffer.from(JSON.stringify(labels))
    .toString('base64url')
    .match(/.{1,60}/g);
  return {
    [MARK]: String(pieces.length),
    ...Object.fromEntries(pieces.map((piece, at) => [`${MARK}-${at}`, `x${piece}x`])),
    ...(expires && { [`${MARK}-expires`]: encodeTime(expires) }),
  };
}

/** Undefined for labels of others. */
function decode(labels) {
  const count = Number(labels[MARK]);
  const pieces = Array.from({ length: count || 0 }, (_, at) => labels[`${MARK}-${at}`] ?? '');
  const seconds = labels[`${MARK}-expires`];
  try {
    const text = pieces.map((piece) => piece.slice(1, -1)).join('');
    const all = JSON.parse(Buffer.from(text, 'base64url').toString());
    return { ...all, ...(seconds && { [EXPIRES]: decodeTime(Number(seconds)) }) };
  } catch {
    return undefined;
  }
}

/** Seconds since 1970, as a value must not have a colon. */
const encodeTime = (time) => String(Date.parse(time) / 1_000);
const decodeTime = (seconds) => new Date(seconds * 1_000).toISOString().replace('.000Z', 'Z');

if (import.meta.main) {
  await serve(programs(process.argv.slice(2), (words, input) => run(['hcloud', ...words], input)));
}
