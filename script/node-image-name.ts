// Prints the name of the node image: its tag is a hash of its content.
import { resolve } from 'node:path';
import { nodeImageName } from '../src/machines/docker/node-image.ts';

console.log(await nodeImageName(resolve(import.meta.dirname, '../node-image')));
