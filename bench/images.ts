import { randomBytes } from 'node:crypto';
import { packTar } from 'modern-tar';
import { docker } from '../__tests__/support/engine.ts';
import { type Hosts, startHosts } from '../__tests__/support/hosts.ts';
import { runner } from '../src/exec/runner.ts';
import { deployByAction, hostLines } from './hosts.ts';
import { median } from './laps.ts';
import { seconds } from './seconds.ts';

const IMAGE = 'localhost/swarm-up-bench-large:1';
/** Of bytes that no compression makes less. */
const IMAGE_BYTES = 200 * 1024 ** 2;
const NODES = [3, 10, 20];
/**
 * What the runner sends at most, in Mbit/s, as `tc` has it; the hosts are not limited among one
 * another. Undefined: nothing is limited, and the processor of this machine sets the pace.
 */
const UPLINKS = [undefined, '1000', '200'];
/** The longest run takes some minutes. */
const MOST_RUNS = 3;

/**
 * How long one image of 200 MB takes into every host of a swarm that has none of it, sent by the
 * runner to each, and passed on from node to node: what a step takes longer than one without
 * images. In turn, so that what else this machine does meets both. Takes root for `tc`.
 */
export async function measureImages(
  { action, runs, folder }: { action: string; runs: number; folder: string },
  print: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  await makeImage();
  try {
    print('nodes  uplink      by the runner  from node to node  ratio');
    for (const nodes of NODES) {
      await using hosts = await startHosts(nodes);
      const place = { action, folder, hosts };
      const step = (inputs: Readonly<Record<string, string>> = {}) =>
        deployByAction(place, '-', { hosts: hostLines(hosts), ...inputs });
      await step();
      for (const uplink of UPLINKS) {
        await limitUplink(hosts, uplink);
        const times = { runner: [] as number[], nodes: [] as number[] };
        for (let run = 0; run < Math.min(runs, MOST_RUNS); run += 1) {
          const without = await step();
          for (const way of ['runner', 'nodes'] as const) {
            signal.throwIfAborted();
            times[way].push((await step({ images: IMAGE, 'image-transfer': way })) - without);
            await removeImage(hosts);
          }
        }
        const [sent, passedOn] = [median(times.runner), median(times.nodes)];
        const cells = [
          String(nodes).padEnd(5),
          (uplink ? `${uplink} Mbit/s` : 'unlimited').padEnd(10),
        ];
        const figures = [seconds(sent).padEnd(13), seconds(passedOn).padEnd(17)];
        print([...cells, ...figures, (passedOn / sent).toFixed(2)].join('  '));
      }
    }
  } finally {
    await docker('image', 'rm', '--force', IMAGE);
  }
}

async function makeImage(): Promise<void> {
  const body = randomBytes(IMAGE_BYTES);
  const file = { name: 'bytes', mode: 0o644, size: body.length, uid: 0, gid: 0 };
  const stdin = await packTar([{ header: file, body }]);
  await runner.run(['docker', 'import', '-', IMAGE], { stdin });
}

/** Of what goes out of the bridge to the hosts; what they send to one another does not pass it. */
async function limitUplink({ network }: Hosts, mbits: string | undefined): Promise<void> {
  if (mbits === undefined) return;
  const id = await docker('network', 'inspect', '--format', '{{.Id}}', network);
  const device = `br-${id.slice(0, 12)}`;
  const limit = ['rate', `${mbits}mbit`, 'burst', '256kb', 'latency', '50ms'] as const;
  await runner.run(['tc', 'qdisc', 'replace', 'dev', device, 'root', 'tbf', ...limit]);
}

async function removeImage(hosts: Hosts): Promise<void> {
  for (const host of hosts.addresses.keys()) {
    await hosts.on(host + 1, `docker image ls -q | sort -u | xargs -r docker image rm --force`);
  }
}
