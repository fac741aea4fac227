// What the programs of this folder share: version 1 of the protocol of `driver: command`.
// One request comes as JSON by standard input, one answer goes as JSON to standard output.
import { spawnSync } from 'node:child_process';
import { text } from 'node:stream/consumers';

/** Ends the program with an exit code of the protocol: 10 not found, 11 no room, 12 try again. */
export class Exit extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

/**
 * Runs another program, and gives what it printed. What is secret goes by `input`, never in `argv`.
 */
export function run(argv, input = '') {
  const [program, ...words] = argv;
  const ended = spawnSync(program, words, { input, encoding: 'utf8', maxBuffer: 64 * 2 ** 20 });
  if (ended.error) throw ended.error;
  if (ended.status === 0) return ended.stdout;
  throw new Error(`${argv.slice(0, 3).join(' ')}: ${ended.stderr.trim()}`);
}

/** Whether labels are of the cluster that a request names; without a name, all are. */
export function isMeant(labels, { cluster, repository }) {
  return (
    labels['swarm-up.cluster'] !== undefined &&
    (cluster === undefined || cluster === labels['swarm-up.cluster']) &&
    (repository === undefined || repository === labels['swarm-up.repository'])
  );
}

/** Answers the one request that this program was started for. */
export async function serve(programs) {
  try {
    const request = JSON.parse(await text(process.stdin));
    if (request.protocol !== 1) throw new Error(`Protocol ${request.protocol} is not known here.`);
    const program = programs[request.action];
    if (!program) throw new Error(`There is nothing here for ${request.action}.`);
    console.log(JSON.stringify(await program(request)));
  } catch (error) {
    console.error(error.message);
    process.exitCode = error instanceof Exit ? error.code : 1;
  }
}
