import * as z from 'zod';
import { ActionError } from '../base/errors.ts';
import type { EngineApi } from '../engine/api.ts';
import { type Login, registryAuthHeader } from './login.ts';
import { parseReference } from './reference.ts';

const distribution = z.object({ Descriptor: z.object({ digest: z.string() }) });

/**
 * `web` and `docker.io/library/web:latest` are one image: the form in which two references can be
 * compared.
 */
export function normaliseReference(image: string): string {
  const name = image.replace(/^docker\.io\//, '').replace(/^library\//, '');
  const last = name.slice(name.lastIndexOf('/') + 1);
  return last.includes(':') || name.includes('@') ? name : `${name}:latest`;
}

/**
 * The images with the digest that their registry has for them now, asked through a manager, as
 * `docker stack deploy --resolve-image always` does. Needed where that flag cannot be used, because
 * other images of the stack are in no registry. An image that no registry answers for stays as it
 * is, with a warning.
 */
export async function pinDigests(
  api: EngineApi,
  images: readonly string[],
  logins: readonly Login[],
  options: { readonly signal: AbortSignal; readonly warning: (message: string) => void },
): Promise<ReadonlyMap<string, string>> {
  const pinned = new Map<string, string>();
  for (const image of images.filter((image) => !image.includes('@'))) {
    const { registry } = parseReference(image);
    const login = logins.find((one) => one.registry === registry);
    try {
      const { Descriptor } = await api.get(`/distribution/${image}/json`, {}, distribution, {
        signal: options.signal,
        headers: login && { 'X-Registry-Auth': registryAuthHeader(login) },
      });
      pinned.set(image, `${image}@${Descriptor.digest}`);
    } catch (error) {
      options.signal.throwIfAborted();
      if (!(error instanceof ActionError)) throw error;
      options.warning(
        `${image}: no registry could be asked for its digest, so nodes may run different versions of it. ${error.details ?? error.message}`,
      );
    }
  }
  return pinned;
}
