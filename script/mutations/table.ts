/** A fault that is planted into a copy of the repository, to see whether the tests find it. */
export interface Mutation {
  readonly name: string;
  /** Stands in the file exactly once. */
  readonly file: string;
  readonly find: string;
  readonly put: string;
  /** Test files, each of which has to fail with it. */
  readonly tests: readonly string[];
}

/** One fault or more for each folder of `src` whose faults would hurt somebody: something left behind, something of others removed, a secret told. */
export const MUTATIONS: readonly Mutation[] = [
  {
    name: 'an exit code is ignored',
    file: 'src/exec/runner.ts',
    find: 'if (result.exitCode !== 0 && !options.anyExitCode) throw',
    put: 'if (result.exitCode < 0 && !options.anyExitCode) throw',
    tests: ['__tests__/integration/exec/runner.test.ts'],
  },
  {
    name: 'a command is not ended when the step is cancelled',
    file: 'src/exec/runner.ts',
    find: "signal.addEventListener('abort', stop, { once: true });",
    put: '',
    tests: ['__tests__/integration/exec/runner.test.ts'],
  },
  {
    name: 'a pinned host key is not compared',
    file: 'src/exec/host-key-check.ts',
    find: 'accepts: (blob) => isExpected(blob, keys),',
    put: 'accepts: () => true,',
    tests: ['__tests__/integration/exec/ssh.test.ts'],
  },
  {
    name: 'an unknown host key is accepted',
    file: 'src/exec/host-key-check.ts',
    find: "(kind === 'unknown' && unknown.mode === 'accept-new')",
    put: "kind === 'unknown'",
    tests: ['__tests__/integration/exec/known-hosts.test.ts'],
  },
  {
    name: 'a dry run may change an engine',
    file: 'src/exec/read-only-executor.ts',
    find: 'if (!reads.commands.some((isRead) => isRead(argv))) throw',
    put: 'if (reads.commands.length === 0) throw',
    tests: ['__tests__/unit/reads.test.ts'],
  },
  {
    name: 'a volume of a node has no label of its cluster',
    file: 'src/machines/drivers/docker/commands.ts',
    find: "['type=volume', 'target=/var/lib/docker', ...volumeLabels]",
    put: "['type=volume', 'target=/var/lib/docker']",
    tests: ['__tests__/unit/machines/docker-commands.test.ts'],
  },
  {
    name: 'the folder of a cluster of virtual machines goes although its network is left',
    file: 'src/machines/drivers/qemu/destroy.ts',
    find: 'if (left.length === 0) {',
    put: 'if (left.length >= 0) {',
    tests: ['__tests__/integration/machines/qemu-folder.test.ts'],
  },
  {
    name: 'containers of tasks are killed before their time',
    file: 'src/swarm/end-containers.ts',
    find: 'const until = clock.now() + timeoutMs;',
    put: 'const until = clock.now();',
    tests: ['__tests__/unit/swarm/end-containers.test.ts'],
  },
  {
    name: 'the lock of hosts is broken although its run is alive',
    file: 'src/swarm/forming-lock.ts',
    find: 'if (!isOver(held, claim) && !(await isLost(host, held, signal))) return who;',
    put: '',
    tests: ['__tests__/unit/swarm/forming-lock.test.ts'],
  },
  {
    name: 'a stack counts as converged before it has held',
    file: 'src/stack/watch.ts',
    find: 'const wanted = Math.max(stableForMs, holdMs);',
    put: 'const wanted = 0;',
    tests: ['__tests__/unit/stack/converge.test.ts'],
  },
  {
    name: 'the lock of a stack is not renewed',
    file: 'src/stack/hold.ts',
    find: 'await renewLock(api, claim, over.signal).catch(() => true);',
    put: 'true;',
    tests: ['__tests__/unit/stack/hold.test.ts'],
  },
  {
    name: 'the record of a stack is removed first',
    file: 'src/stack/remove.ts',
    find: "'config', removal, (_id, name) => name === record);",
    put: "'config', removal, () => false);",
    tests: ['__tests__/unit/stack/remove.test.ts'],
  },
  {
    name: 'a stranger may have all rights on a node',
    file: 'src/stack/policy/service-rules.ts',
    find: "privileged: rights('privileged'),",
    put: 'privileged: free,',
    tests: ['__tests__/unit/stack/policy.test.ts'],
  },
  {
    name: 'an image of another configuration counts as the same',
    file: 'src/stack/images/image.ts',
    find: 'Variant: variant, Layers: RootFS.Layers, ...Config });',
    put: 'Variant: variant, Layers: RootFS.Layers, ...(Config && {}) });',
    tests: ['__tests__/unit/stack/image.test.ts'],
  },
  {
    name: 'ports are not looked at again before the deployment',
    file: 'src/up/ports.ts',
    find: 'return published.some((port) => taken.has(port));',
    put: 'return taken.size < 0 && published.length > 0;',
    tests: ['__tests__/unit/up/ports.test.ts'],
  },
  {
    name: 'a secret of the compose file is not masked',
    file: 'src/up/mask-secrets.ts',
    find: 'of the compose file`, content);',
    put: "of the compose file`, '');",
    tests: ['__tests__/unit/up/mask-secrets.test.ts'],
  },
  {
    name: 'an input that is secret is not masked',
    file: 'src/action/mask.ts',
    find: "'ssh-password', 'unlock-key', 'github-token'",
    put: "'ssh-password', 'github-token'",
    tests: ['__tests__/unit/action/mask.test.ts'],
  },
  {
    name: 'a step does not hear that the runner cancels it',
    file: 'src/action/cancel.ts',
    find: "process.on('SIGINT', cancel);",
    put: '',
    tests: ['__tests__/integration/action/cancel.test.ts'],
  },
  {
    name: 'the summary escapes nothing',
    file: 'src/report/markdown.ts',
    find: 'return escaped(oneLine(text, limit));',
    put: 'return oneLine(text, limit);',
    tests: ['__tests__/unit/report/summary.test.ts'],
  },
  {
    name: 'only the first page of pull requests is read',
    file: 'src/github/client.ts',
    find: `isLast: !/rel="next"/.test(headers.get('link') ?? '')`,
    put: 'isLast: true',
    tests: ['__tests__/integration/github/announce.test.ts'],
  },
  {
    name: 'a sweep removes clusters of other repositories',
    file: 'src/sweep.ts',
    find: 'all.filter(({ owner }) => owner.repository === repository)',
    put: 'all.filter(({ owner }) => owner.repository !== undefined)',
    tests: ['__tests__/unit/sweep.test.ts'],
  },
  {
    name: 'a process that is not the tunnel is ended',
    file: 'src/docker-host/own.ts',
    find: 'argv.length === 0 || isOwn(argv)',
    put: 'argv.length >= 0',
    tests: ['__tests__/integration/docker-host/tunnel.test.ts'],
  },
  {
    name: 'a port that managers need is not asked for',
    file: 'src/preflight/ports.ts',
    find: "!onlyManagers || host.role === 'manager'",
    put: '!onlyManagers',
    tests: ['__tests__/unit/preflight/network.test.ts'],
  },
  {
    name: 'a login that a header has is told',
    file: 'src/registry/login.ts',
    find: '`), header];',
    put: '`)];',
    tests: ['__tests__/unit/registry/login.test.ts'],
  },
  {
    name: 'down removes a cluster of another repository',
    file: 'src/down/machines.ts',
    find: 'named.find(({ owner }) => owner.repository === id.repository)',
    put: 'named[0]',
    tests: ['__tests__/unit/down/machines.test.ts'],
  },
];
