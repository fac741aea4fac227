/**
 * Puts a copy of @actions/core beside the compiled sources (`lib/`) that says of itself that loading
 * it has no effects. The bundler then leaves out what nobody uses: its OIDC client, and with that an
 * HTTP client of 900 KB that each step would load at its start.
 */
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const REPOSITORY = resolve(import.meta.dirname, '..');
const PACKAGE = 'node_modules/@actions/core';

const copy = join(REPOSITORY, 'lib', PACKAGE);
cpSync(join(REPOSITORY, PACKAGE), copy, { recursive: true });
const file = join(copy, 'package.json');
const content = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
writeFileSync(file, `${JSON.stringify({ ...content, sideEffects: false }, undefined, 2)}\n`);
