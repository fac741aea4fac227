import type { RenderedStack } from '../../compose/render/render.ts';
import type { Run } from '../run.ts';

/**
 * What a password of strangers' looks like: in a word of the log there are no digits, and in a
 * number no letters.
 */
const LOOKS_SECRET = /^(?=.*\p{L})(?=.*\p{N})\S{8,}$/u;

/**
 * Masks the contents of the secrets of a stack. Where the compose file may be a stranger's, a
 * secret of it may be `true` or `error`, so that the log could be read no more: values of the input
 * `env` are masked wherever they are in it, and of the rest the lines that look like a password.
 */
export function maskSecrets(
  { inputs, mask }: Pick<Run, 'mask'> & { readonly inputs: Pick<Run['inputs'], 'env' | 'policy'> },
  { secretContents }: Pick<RenderedStack, 'secretContents'>,
): void {
  for (const { name, content } of secretContents) {
    if (inputs.policy === undefined) {
      mask(`Secret ${name} of the compose file`, content);
      continue;
    }
    for (const [variable, value] of Object.entries(inputs.env)) {
      if (value !== '' && content.includes(value)) mask(`Variable ${variable} of env`, value);
    }
    for (const line of content.split(/[\r\n]+/).map((text) => text.trim())) {
      if (LOOKS_SECRET.test(line)) mask(`Secret ${name} of the compose file`, line);
    }
  }
}
