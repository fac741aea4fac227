import * as z from 'zod';
import type { Labels } from '../ownership.ts';
import { valueIn } from './answers.ts';
import * as box from './commands.ts';
import type { VBoxManage } from './vboxmanage.ts';

/** The labels of the owner stand in one value, so that none is missing once there are some. */
const KEY = 'swarm-up.labels';

const labels = z.record(z.string(), z.string());

export async function writeLabels(vbox: VBoxManage, id: string, all: Labels): Promise<void> {
  await vbox.run(box.writeData(id, KEY, JSON.stringify(all)));
}

/** None where the machine has none, or VirtualBox cannot read it. */
export async function readLabels(vbox: VBoxManage, id: string): Promise<Labels> {
  const text = await vbox.look(box.readData(id, KEY));
  const value = text === undefined ? undefined : valueIn(text);
  return value === undefined ? {} : labels.parse(JSON.parse(value));
}
