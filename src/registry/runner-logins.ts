import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { ActionError } from '../base/errors.ts';
import type { Argv } from '../exec/argv.ts';
import { type Executor, ownWords } from '../exec/executor.ts';
import { configKey, type Login } from './login.ts';
import { registryName } from './reference.ts';

const entry = z.object({
  auth: z.string().optional(),
  identitytoken: z.string().optional(),
  username: z.string().optional(),
  password: z.string().optional(),
});

const config = z.object({
  auths: z.record(z.string(), entry).nullish(),
  credsStore: z.string().optional(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
});

type DockerConfig = z.infer<typeof config>;

const helperAnswer = z.object({ Username: z.string(), Secret: z.string() });

/** A helper may ask a cloud. In ms. */
const HELPER_TIMEOUT_MS = 30_000;

/** What a helper calls the user of a token (docker/cli, cli/config/credentials/native_store.go). */
const TOKEN_USER = '<token>';

/** Path of the docker config of the runner. */
export function runnerConfigPath(env: Readonly<Record<string, string | undefined>>): string {
  return join(env.DOCKER_CONFIG || join(homedir(), '.docker'), 'config.json');
}

/**
 * The logins that the runner's docker has for these registries, its credential helpers asked; a
 * registry without one is left out. Throws `ActionError` where the config cannot be read or a
 * helper fails.
 */
export async function runnerLogins(
  runner: Executor,
  path: string,
  registries: readonly string[],
  signal: AbortSignal,
): Promise<readonly Login[]> {
  const known = await readConfig(path);
  if (!known) return [];
  const logins: Login[] = [];
  for (const registry of registries) {
    const helper = helperOf(known, registry);
    const proof =
      helper === undefined
        ? inConfig(known, registry)
        : await fromHelper(runner, helper, configKey(registry), signal);
    if (proof) logins.push({ registry, source: `the runner's docker config (${path})`, proof });
  }
  return logins;
}

async function readConfig(path: string): Promise<DockerConfig | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const read = parseSecret(text, config);
  if (read) return read;
  throw new ActionError(`registry-auth: the docker config of the runner cannot be read: ${path}`, {
    hint: 'Log in anew in an earlier step (docker/login-action, docker login), or give the logins in `registries`.',
  });
}

/** No error of a parser is kept: it may quote the text, which holds secrets. */
function parseSecret<T>(text: string, schema: z.ZodType<T>): T | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

function helperOf({ credHelpers, credsStore }: DockerConfig, registry: string): string | undefined {
  const own = Object.entries(credHelpers ?? {}).find(([key]) => registryName(key) === registry);
  return own?.[1] ?? (credsStore || undefined);
}

function inConfig({ auths }: DockerConfig, registry: string): Login['proof'] | undefined {
  const found = Object.entries(auths ?? {}).find(([key]) => registryName(key) === registry)?.[1];
  if (!found) return undefined;
  if (found.identitytoken) return { identityToken: found.identitytoken };
  const [, user = found.username, password = found.password] =
    /^([^:]*):([^\0]*)/.exec(Buffer.from(found.auth ?? '', 'base64').toString()) ?? [];
  return user && password ? { user, password } : undefined;
}

async function fromHelper(
  runner: Executor,
  helper: string,
  key: string,
  signal: AbortSignal,
): Promise<Login['proof'] | undefined> {
  const argv: Argv = [`docker-credential-${helper}`, 'get'];
  const { exitCode, ...said } = await runner.run(argv, {
    stdin: key,
    anyExitCode: true,
    signal,
    timeoutMs: HELPER_TIMEOUT_MS,
  });
  const answer = exitCode === 0 ? parseSecret(said.stdout, helperAnswer) : undefined;
  if (answer?.Username === TOKEN_USER) return { identityToken: answer.Secret };
  if (answer) return { user: answer.Username, password: answer.Secret };
  if (/not found/i.test(ownWords(said))) return undefined;
  throw new ActionError(`registry-auth: ${argv[0]} did not give the login of ${key}.`, {
    details:
      exitCode === 0
        ? 'What it printed is not of the form of a credential helper.'
        : ownWords(said),
    hint: 'Run it by hand on the runner: it is what the docker config there names for this registry. Or give the login in `registries`.',
  });
}
