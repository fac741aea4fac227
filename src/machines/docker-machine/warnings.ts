import type { DriverLog } from '../../base/log.ts';
import type { HostKeyWay } from './host-key.ts';
import type { DockerMachineOptions } from './options.ts';
import type { Storage } from './storage.ts';

/** What lies where, and who owns the machines by it. */
export function tellOfStorage(log: DriverLog, { folder }: Storage): void {
  log.warning(
    `docker-machine keeps in ${folder}, in clear: the keys of the machines, the key of its certificates, and the tokens of the provider (machines/*/config.json). Who can read the folder owns the machines. Without it nobody can remove them. Put it into no cache and no artifact.`,
  );
}

export function tellOfHostKeys(log: DriverLog, { kind }: HostKeyWay): void {
  if (kind === 'first-use') {
    log.warning(
      'The host key of each machine is accepted as the machine shows it first, and pinned from then on (`host-key: first-use`). docker-machine itself checks no host key: it sends its TLS keys over that connection.',
    );
    return;
  }
  log.info(
    'Swarm Up checks the host key of each machine. docker-machine itself checks none while it makes a machine, and sends its TLS keys over that connection.',
  );
}

export function tellOfGeneric(log: DriverLog, { driver }: DockerMachineOptions): void {
  if (driver !== 'generic') return;
  log.warning(
    'The driver generic of docker-machine rewrites the host name and the options of the engine, and opens its port 2376; a removal leaves that. `driver: ssh` deploys to hosts that exist without it.',
  );
}
