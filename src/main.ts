// The first line stands in the log before the rest, 2 MB of it, is even read.
// biome-ignore lint/suspicious/noConsole: nothing in it is of others
console.log(`Swarm Up on Node ${process.versions.node}`);
const { runMain } = await import('./action/up.ts');
await runMain();

export {};
