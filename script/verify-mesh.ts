/**
 * Asks a service through every node and fails where a node does not answer, or where one task alone
 * answers for all. Reads what the action gives: NODES and ENDPOINTS (its outputs), TASKS (how many
 * tasks must have answered).
 */
import { askNodes, readEndpoints, readNodes } from './ask-nodes.ts';

const ROUNDS = 4;

const nodes = readNodes(process.env.NODES ?? '');
const [endpoint] = readEndpoints(process.env.ENDPOINTS ?? '');
const wanted = Number(process.env.TASKS ?? '1');
if (!endpoint) throw new Error('ENDPOINTS is empty.');

const answers = await askNodes(nodes, endpoint.port, ROUNDS);
for (const { node, url, text } of answers) console.log(`${node} ${url} ${text}`);

const silent = new Set(answers.filter(({ ok }) => !ok).map(({ node }) => node));
const texts = new Set(answers.filter(({ ok }) => ok).map(({ text }) => text));
const problems = [
  ...[...silent].map((node) => `node ${node} did not answer each time`),
  ...(texts.size < wanted ? [`${texts.size} tasks answered, ${wanted} were expected`] : []),
];
for (const problem of problems) console.error(`error: ${endpoint.service}: ${problem}`);
process.exitCode = problems.length > 0 ? 1 : 0;
