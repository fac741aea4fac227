// Loaded before main (`node --require`): when the process ends it writes what it has used. As /usr/bin/time tells it, without the programs that it starts.
const { writeFileSync } = require('node:fs');

const file = process.env.BENCH_USAGE_FILE;
delete process.env.BENCH_USAGE_FILE;
// What main starts is not measured.
delete process.env.NODE_OPTIONS;
process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(file, JSON.stringify({ maxRSS, userCPUTime, systemCPUTime }));
});
