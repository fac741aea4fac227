// Runs Terraform, or OpenTofu, so that its state survives the end of whoever asked for it.
import { spawn } from 'node:child_process';
import { mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * Gives a function that runs `binary` in the folder of a module. It takes the words, the workspace
 * and the variables of the module, and gives what was printed; throws with Terraform's own words.
 */
export function tool(folder, binary = 'terraform') {
  return async (words, workspace = 'default', variables = undefined) => {
    const temporary = mkdtempSync(join(tmpdir(), 'swarm-up-terraform-'));
    const given = [];
    if (variables) {
      // They hold a private key, so nobody else may read them.
      const file = join(temporary, 'swarm-up.tfvars.json');
      writeFileSync(file, JSON.stringify(variables), { mode: 0o600 });
      given.push(`-var-file=${file}`);
    }
    const output = join(temporary, 'output');
    const argv = [`-chdir=${folder}`, ...words, ...given];
    const remove = () => rmSync(temporary, { recursive: true, force: true });
    try {
      const code = await end(binary, argv, { workspace, output, remove });
      const said = readFileSync(output, 'utf8');
      if (code === 0) return said;
      throw new Error(`${binary} ${words[0]} failed in ${workspace}:\n${problems(said)}`);
    } finally {
      remove();
    }
  };
}

/**
 * It is a group of its own, and writes to a file: if this program is ended, it goes on, saves its
 * state, and lets the lock go, for which the next call waits. It is asked to stop only once, as a
 * second time would lose the state.
 */
async function end(binary, argv, { workspace, output, remove }) {
  const file = openSync(output, 'w', 0o600);
  const env = { ...process.env, TF_WORKSPACE: workspace, TF_IN_AUTOMATION: '1' };
  const stdio = ['ignore', file, file];
  const child = spawn(binary, argv, { env, stdio, detached: true, windowsHide: true });
  const stop = () => {
    child.kill('SIGINT');
    remove();
    process.exit(1);
  };
  process.once('SIGTERM', stop).once('SIGINT', stop);
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject).once('close', resolve);
    });
  } finally {
    process.off('SIGTERM', stop).off('SIGINT', stop);
  }
}

/** What went wrong, each with its file and line. Without `-json`, the text as it is. */
function problems(said) {
  const diagnostics = said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line))
    .flatMap(({ diagnostic }) => diagnostic ?? [])
    .filter(({ severity }) => severity === 'error')
    .map(({ summary, detail, range }) => {
      const place = range ? `${range.filename}:${range.start.line}: ` : '';
      return `${place}${summary}${detail ? `. ${detail}` : ''}`;
    });
  return diagnostics.length > 0 ? [...new Set(diagnostics)].join('\n') : said.trim();
}
