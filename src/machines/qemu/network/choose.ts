import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import type { FoundCluster } from '../../virtual-machine/records.ts';
import { listNamespaces } from '../commands.ts';
import { checkRoot, type Root } from './root.ts';

/** `bridge` is a network of the kernel's, `user` one of QEMU's alone, which takes no root. */
export type NetworkKind = 'bridge' | 'user';

/**
 * Which network a cluster shall have: the one that it has, or the one that is wanted, where `auto`
 * is the bridge if this user can make it. Throws `ActionError` where it is the bridge and he
 * cannot.
 */
export async function chooseNetwork(
  wanted: NetworkKind | 'auto',
  cluster: FoundCluster | undefined,
  root: Root,
  {
    signal,
    log,
    checkTun,
  }: {
    readonly signal: AbortSignal;
    readonly log: DriverLog;
    /** Fails with `ActionError` where this user cannot have an interface. */
    readonly checkTun: () => Promise<void>;
  },
): Promise<NetworkKind> {
  const has = cluster && (cluster.record.userNetwork ? 'user' : 'bridge');
  if (has && wanted !== 'auto' && wanted !== has) {
    log.warning(
      `Cluster ${cluster.owner.cluster} has \`network: ${has}\` and keeps it; ${wanted} would hold for a cluster that is made anew.`,
    );
  }
  const kind = has ?? wanted;
  if (kind === 'user') return kind;
  try {
    await checkRoot(root, signal);
    await checkTun();
    // Whether there is iproute2; other programs of its name know no namespaces.
    await root.runner.run(listNamespaces(), { signal });
    return 'bridge';
  } catch (error) {
    if (!(error instanceof ActionError)) throw error;
    if (has) throw onlyForRoot(cluster, error);
    if (kind === 'bridge') throw error;
    log.info(
      `The machines get a network without root, by QEMU alone (network: user): the runner reaches their published ports and SSH, and nothing else of them. A bridge cannot be had: ${error.message}`,
    );
    return 'user';
  }
}

function onlyForRoot({ owner: { cluster } }: FoundCluster, error: ActionError): ActionError {
  return new ActionError(`Cluster ${cluster} has a network that takes root to be changed.`, {
    details: [error.message, error.details].filter(Boolean).join('\n'),
    hint: `A run that could become root has made it (network: bridge). ${error.hint ?? ''}\nOr remove it in a run that can (\`command: down\`), and have it made anew.`,
    cause: error,
  });
}
