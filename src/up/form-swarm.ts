import { listed } from '../base/listed.ts';
import { inStage } from '../base/stages.ts';
import type { RenderedStack } from '../compose/render/render.ts';
import { privateKeysOf } from '../docker-host/ssh-config.ts';
import { writeSshConfig } from '../docker-host/ssh-files.ts';
import { openDockerHost } from '../docker-host/tunnel.ts';
import type { ConnectedMachine } from '../machines/connect.ts';
import { ownerLabels } from '../machines/ownership.ts';
import type { Fleet } from '../machines/provision.ts';
import { adoptHosts } from '../swarm/adopt.ts';
import { formSwarm, type Swarm } from '../swarm/form.ts';
import { setIngressMtu } from '../swarm/ingress.ts';
import { readSwarmLabels } from '../swarm/membership.ts';
import { swarmRecordOf } from '../swarm/records/node-record.ts';
import { isOf } from '../swarm/records/users.ts';
import { unlockAll } from '../swarm/unlock.ts';
import { limitStacks } from './check/limit-clusters.ts';
import type { Tells } from './journal.ts';
import type { Run } from './run.ts';

/** How long the tunnel to the manager may take to stand, in ms. */
const TUNNEL_TIMEOUT_MS = 60_000;
/** Nodes that a warning names. */
const NAMES = 5;

/** Makes one swarm of the machines, and tells who is in it. */
export async function form(
  context: Pick<Run, 'owner' | 'driver' | 'inputs' | 'reporter' | 'mask' | 'signal'> &
    Tells<'forming'>,
  found: Fleet,
  stack: string | undefined,
): Promise<Swarm> {
  const { driver, inputs, reporter, mask, signal } = context;
  const { log } = reporter;
  const machines = await unlockAll(found.machines, {
    key: driver.makesMachines ? undefined : driver.adoption.unlockKey,
    log,
    signal,
  });
  if (!driver.makesMachines) await limitStacks(context, machines, stack);
  const fleet = { ...found, machines };
  const options = {
    cluster: context.owner.cluster,
    log,
    mask: (token: string) => mask('A join token', token),
    signal,
    addressPools: driver.addressPools,
    destroy: async (machine: ConnectedMachine) => {
      await machine.ssh.close();
      if (driver.makesMachines) await driver.destroy(machine);
    },
  };
  const swarm = driver.makesMachines
    ? await formSwarm(fleet, {
        ...options,
        disposable: true,
        labels: () => ownerLabels(context.owner),
      })
    : await adoptHosts(fleet, context.owner, {
        ...{ ...options, stack },
        forming: context.journal.forming,
        removeUnlisted: driver.adoption.removeUnlisted,
      });
  const mtu = inputs.mtu ?? driver.mtu;
  if (mtu !== undefined) {
    const isOurs = driver.makesMachines || (await isOnlyUser(swarm, context));
    await setIngressMtu(swarm.api, { mtu, isOurs, log, signal });
  }
  for (const { machine, node } of swarm.members) {
    const { Hostname } = node.Description;
    const name = Hostname === machine.name ? Hostname : `${machine.name}  ${Hostname}`;
    reporter.log.info(`${name}  ${node.Spec.Role}  ${node.Status.State}`);
  }
  return swarm;
}

/** Whether this action has initialised the swarm, and nobody but this cluster uses it. */
async function isOnlyUser(
  { api }: Swarm,
  { owner, signal }: Pick<Run, 'owner' | 'signal'>,
): Promise<boolean> {
  const record = swarmRecordOf(await readSwarmLabels(api, signal));
  return record?.users.every((user) => isOf(user, owner)) ?? false;
}

/** Done as soon as there is a manager, so that a step that looks into a failure has it, too. */
export async function handOver(
  context: Pick<Run, 'sshFolder' | 'runner' | 'reporter' | 'mask' | 'signal'> & Tells<'learned'>,
  { manager, members }: Swarm,
): Promise<void> {
  const { sshFolder: folder, runner, reporter, signal } = context;
  if (folder === undefined) return;
  const title = `Handing the engine of ${manager.name} to the following steps`;
  await inStage(reporter, title, async () => {
    const targets = members.map(({ machine }) => machine.target);
    for (const { text } of privateKeysOf(targets)) context.mask('The SSH private key', text);
    const config = await writeSshConfig(folder, targets, { signal, log: reporter.log });
    const { dockerHost } = await openDockerHost({
      folder,
      config,
      node: manager.target.name,
      runner,
      signal,
      timeoutMs: TUNNEL_TIMEOUT_MS,
    });
    context.journal.learned({ sshConfig: config, dockerHost });
    reporter.log.info(`DOCKER_HOST=${dockerHost}`);
  });
}

/** Says what cannot work where a kernel has no IPVS. */
export function warnOfMesh(
  { reporter }: Pick<Run, 'reporter'>,
  stack: RenderedStack,
  { members }: Swarm,
): void {
  const without = members.filter(({ ipvs }) => !ipvs).map(({ machine }) => machine.name);
  if (without.length === 0) return;
  const ingress = stack.services
    .flatMap(({ ports }) => ports)
    .filter(({ mode }) => mode === 'ingress')
    .map(({ service, published }) => `${service}: ${published ?? 'a chosen port'}`);
  reporter.log.warning(
    [
      `The kernel of ${listed(without, NAMES)} has no IPVS (module ip_vs), so the routing mesh and virtual IPs cannot work there.`,
      ingress.length > 0
        ? `These ports will not answer and are not asked: ${ingress.join(', ')}. Publish them with \`mode: host\` to have them answer on the nodes that run a task.`
        : 'Services reach each other by `tasks.<service>`, or by name with `endpoint_mode: dnsrr`.',
    ].join(' '),
  );
}
