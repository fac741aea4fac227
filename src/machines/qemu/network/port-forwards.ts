import { ActionError } from '../../../base/errors.ts';
import { freePort } from '../../virtual-machine/ports.ts';
import { type MachineRecord, readMachine, writeRecord } from '../../virtual-machine/records.ts';
import * as qemu from '../commands.ts';
import { monitor } from '../machine/qmp.ts';
import type { MachinePlaces } from '../paths.ts';

/** How long QEMU may take to answer, in ms: it does so between two instructions of the guest. */
const ANSWER_MS = 10_000;

/**
 * Lets QEMU listen for published ports (`8080/tcp`) of a machine at the address where the runner
 * reaches it, and gives the port for each: its own number, or a free one where that is taken or
 * only root's. What QEMU cannot hand on (SCTP) is left out. Throws `ActionError` where it refuses.
 */
export async function openForwards(
  places: MachinePlaces,
  published: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const record = await readMachine(places);
  if (!record) return new Map();
  let forwards = record.forwards ?? {};
  for (const key of published) {
    const [, port, protocol] = /^(\d+)\/(tcp|udp)$/.exec(key) ?? [];
    if (forwards[key] !== undefined || (protocol !== 'tcp' && protocol !== 'udp')) continue;
    const runnerPort = await openWay(places, record, protocol, Number(port));
    forwards = { ...forwards, [key]: runnerPort };
    await writeRecord(places.record, { ...record, forwards });
  }
  return new Map(Object.entries(forwards));
}

async function openWay(
  { socket }: MachinePlaces,
  { name, address }: MachineRecord,
  protocol: 'tcp' | 'udp',
  port: number,
): Promise<number> {
  const said: string[] = [];
  for (const runnerPort of [port, await freePort(address)]) {
    const answer = await monitor(
      socket,
      qemu.addForward({ protocol, address, runnerPort, port }),
      ANSWER_MS,
    );
    if (answer.trim() === '') return runnerPort;
    said.push(answer.trim());
  }
  throw new ActionError(`QEMU does not lead the runner to port ${port}/${protocol} of ${name}.`, {
    details: said.join('\n'),
    hint: 'Publish another port, or use a runner with root, where machines are reached without QEMU (network: bridge).',
  });
}
