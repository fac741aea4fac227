// Loaded into the process that is measured (`node --import`): when it ends, it writes what it has
// used. No clock of others is involved, so load beside it matters little for CPU and nothing for
// memory.
import { readdirSync, writeFileSync } from 'node:fs';

const file = process.env.SCALE_USAGE;
let files = 0;
const count = () => {
  files = Math.max(files, readdirSync('/proc/self/fd').length);
};
// Often enough, and no more: with a thousand connections a look takes a millisecond.
setInterval(count, 1_000).unref();
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpuMs = (userCPUTime + systemCPUTime) / 1_000;
  writeFileSync(file, JSON.stringify({ peakBytes: maxRSS * 1_024, cpuMs, files }));
});
