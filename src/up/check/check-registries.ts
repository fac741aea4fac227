import pLimit from 'p-limit';
import { ActionError } from '../../base/errors.ts';
import { askAccess } from '../../registry/access.ts';
import { type Login, secretsOf } from '../../registry/login.ts';
import { parseReference } from '../../registry/reference.ts';
import { runnerConfigPath, runnerLogins } from '../../registry/runner-logins.ts';
import type { Run } from '../run.ts';
import type { CheckedStack } from './checked-stack.ts';

/** How many images are asked for at once. */
const AT_ONCE = 4;
/**
 * How long all registries together may take, in ms. One that does not answer is left to the nodes.
 */
const TIMEOUT_MS = 30_000;

/**
 * The logins for the registries that the stack uses, and for no others; those of `registries` come
 * before those of the runner's docker config. Images that are `loaded` into the nodes come from no
 * registry. Each login is tried from here by asking for the manifests of the stack's images. Throws
 * `ActionError` where a registry refuses one, or does not have the image.
 */
export async function checkRegistries(
  context: Pick<Run, 'inputs' | 'runner' | 'mask' | 'reporter' | 'signal'>,
  { stack, loaded }: Pick<CheckedStack, 'stack' | 'loaded'>,
): Promise<readonly Login[]> {
  const { inputs, runner, mask, signal } = context;
  const images = [...new Set(stack.services.map(({ image }) => image))].filter(
    (image) => !loaded.has(image),
  );
  const used = [...new Set(images.map((image) => parseReference(image).registry))];
  const given = inputs.registries.filter(({ registry }) => used.includes(registry));
  const others = used.filter((name) => given.every(({ registry }) => registry !== name));
  const found = inputs.registryAuth
    ? await runnerLogins(runner, runnerConfigPath(process.env), others, signal)
    : [];
  for (const login of found) {
    for (const secret of secretsOf(login)) mask(`The login for ${login.registry}`, secret);
  }
  const logins = [...given, ...found];
  await tryLogins(context, images, logins);
  return logins;
}

async function tryLogins(
  { reporter, signal }: Pick<Run, 'reporter' | 'signal'>,
  images: readonly string[],
  logins: readonly Login[],
): Promise<void> {
  const bound = AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]);
  const atOnce = pLimit(AT_ONCE);
  const problems = new Map<string, string>();
  const tries = images.flatMap((image) => {
    const reference = parseReference(image);
    const login = logins.find(({ registry }) => registry === reference.registry);
    return login ? [{ image, reference, login }] : [];
  });
  await Promise.all(
    tries.map(({ image, reference, login }) =>
      atOnce(async () => {
        const access = await askAccess(reference, login, bound).catch((error: unknown) => {
          signal.throwIfAborted();
          return { kind: 'unreachable', said: String(error) } as const;
        });
        const who = 'user' in login.proof ? login.proof.user : 'the token';
        switch (access.kind) {
          case 'granted':
            reporter.log.info(`${image}  ${login.registry} lets ${who} have it`);
            break;
          case 'unreachable':
            reporter.log.info(
              `${image}  could not be asked for from the runner (${access.said}); the nodes will be the first`,
            );
            break;
          case 'denied':
            problems.set(
              image,
              `${image}: ${login.registry} refuses ${who} of ${login.source}: ${access.said}`,
            );
            break;
          case 'missing':
            problems.set(image, `${image}: ${login.registry} does not have it: ${access.said}`);
            break;
        }
      }),
    ),
  );
  if (problems.size === 0) return;
  throw new ActionError('Images of the stack cannot be pulled.', {
    // In the order of the compose file, whichever was answered first.
    details: images.flatMap((image) => problems.get(image) ?? []).join('\n'),
    hint: 'Nothing has been changed. Check user, password and their right to pull (`registries`, or the login step before this one), and the name and tag of the image.',
    status: 'image',
  });
}
