import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const FOLDER = join(import.meta.dirname, '../../contract');

/** Checks each call and each answer against a description. */
export interface ValidatingProxy extends AsyncDisposable {
  readonly endpoint: string;
  /** What did not fit, a line each. */
  readonly violations: readonly string[];
}

/**
 * Starts a proxy before `upstream`, which answers what does not fit `structure` (a file) with an
 * error. Throws if its packages are not installed.
 */
export async function validatingProxy(
  structure: string,
  upstream: string,
): Promise<ValidatingProxy> {
  if (!existsSync(join(FOLDER, 'node_modules/@stoplight/prism-http-server'))) {
    throw new Error(
      'The packages of the contract tests are not installed. Run: npm ci --prefix __tests__/contract --ignore-scripts',
    );
  }
  const child = spawn(process.execPath, [join(FOLDER, 'proxy.mjs'), structure, upstream], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const violations: string[] = [];
  const said: string[] = [];
  const ready = Promise.withResolvers<string>();
  child.stderr.on('data', (data) => said.push(String(data)));
  child.once('exit', () => ready.reject(new Error(`The proxy ended: ${said.join('')}`)));
  createInterface(child.stdout).on('line', (line) => {
    const { endpoint, violation } = JSON.parse(line);
    if (endpoint) ready.resolve(endpoint);
    if (violation) violations.push(violation);
  });
  return {
    endpoint: await ready.promise,
    violations,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      child.kill();
      await ended;
    },
  };
}
