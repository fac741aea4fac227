// Loaded before main (`node --require`): when the process ends it writes what it has used, as /usr/bin/time tells it, without the programs that it starts,
// and when each stage of its log began, with the processor time that it had used by then.
const { writeFileSync } = require('node:fs');

const file = process.env.BENCH_USAGE_FILE;
delete process.env.BENCH_USAGE_FILE;
// What main starts is not measured.
delete process.env.NODE_OPTIONS;

const marks = [];
const mark = (name) => {
  const { user, system } = process.cpuUsage();
  marks.push({ name, at: performance.now(), cpu: (user + system) / 1000 });
};
mark('Start of Node');
const write = process.stdout.write.bind(process.stdout);
process.stdout.write = (text, ...rest) => {
  if (marks.length === 1) mark('Loading, inputs');
  for (const [, title] of String(text).matchAll(/^::group::(.*)$/gm)) mark(title);
  return write(text, ...rest);
};
process.on('exit', () => {
  mark('End');
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  writeFileSync(file, JSON.stringify({ maxRSS, userCPUTime, systemCPUTime, marks }));
});
