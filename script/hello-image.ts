// Builds the image of examples/hello, which no registry has, where the engine does not have it as
// it is now.
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandError } from '../src/exec/executor.ts';
import { runner } from '../src/exec/runner.ts';

const HELLO_FOLDER = resolve(import.meta.dirname, '../examples/hello');
export const HELLO_IMAGE = 'localhost/swarm-up-hello';

const CONTENT_LABEL = 'swarm-up.content';
const BUILD_TIMEOUT_MS = 5 * 60_000;

/**
 * Builds the image, unless the engine has it from the same files. Resolves with whether it was
 * built.
 */
export async function ensureHelloImage(signal: AbortSignal): Promise<boolean> {
  const content = contentOf(HELLO_FOLDER);
  if (await isThere(content, signal)) return false;
  const label = `${CONTENT_LABEL}=${content}`;
  try {
    await runner.run(
      ['docker', 'build', '--quiet', '--label', label, '--tag', HELLO_IMAGE, HELLO_FOLDER],
      { timeoutMs: BUILD_TIMEOUT_MS, signal },
    );
    return true;
  } catch (error) {
    // Of two that build it at once, an engine with containerd's image store refuses the later one:
    // the name is taken by then.
    if (error instanceof CommandError && (await isThere(content, signal))) return false;
    throw error;
  }
}

async function isThere(content: string, signal: AbortSignal): Promise<boolean> {
  const format = `{{index .Config.Labels "${CONTENT_LABEL}"}}`;
  const { stdout } = await runner.run(
    ['docker', 'image', 'inspect', '--format', format, HELLO_IMAGE],
    { anyExitCode: true, signal },
  );
  return stdout.trim() === content;
}

function contentOf(folder: string): string {
  const hash = createHash('sha256');
  for (const name of readdirSync(folder).sort()) {
    hash.update(`${name}\0`).update(readFileSync(join(folder, name)));
  }
  return hash.digest('hex');
}

if (import.meta.main) {
  await ensureHelloImage(new AbortController().signal);
  console.log(HELLO_IMAGE);
}
