import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Clock } from '../../../base/clock.ts';
import { ActionError } from '../../../base/errors.ts';
import type { DriverLog } from '../../../base/log.ts';
import { formatSize } from '../../../base/size.ts';
import { limit } from '../../../base/time-limit.ts';

const ATTEMPTS = 4;
const PAUSE_MS = 2_000;
/** How long one attempt may take, in ms. */
const ATTEMPT_MS = 20 * 60_000;

/** A file from the network, and what it has to be. */
export interface Download {
  readonly url: string;
  /** `sha256:` or `sha512:` and hex digits. */
  readonly checksum: string;
  readonly to: string;
  /** What to do where it does not come. */
  readonly remedy: string;
}

/** An answer that another attempt would get again. */
class RefusedError extends ActionError {}

/**
 * Downloads a file and checks it; what an attempt has brought is kept for the next one, also one of
 * a later run. `to` is only ever the whole and right file. Throws `ActionError` where the server
 * refuses, where it does not come after several attempts, or where it is another file than was
 * asked for, which is removed then.
 */
export async function download(
  { url, checksum, to, remedy }: Download,
  {
    signal,
    clock,
    log,
  }: { readonly signal: AbortSignal; readonly clock: Clock; readonly log: DriverLog },
): Promise<void> {
  const part = `${to}.part`;
  await mkdir(dirname(to), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    try {
      await fetchRest(url, part, signal, log);
      break;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof RefusedError || attempt === ATTEMPTS)
        throw notDownloaded(url, remedy, error);
      log.info(`The download broke off (${reasonOf(error)}); it is continued`);
      await clock.sleep(PAUSE_MS, signal);
    }
  }
  const found = await checksumOf(part, checksum);
  if (found !== checksum) {
    await rm(part, { force: true });
    throw otherFile(url, checksum, found);
  }
  await rename(part, to);
}

/** The checksum of a file, by the algorithm that `like` is of. */
export async function checksumOf(path: string, like: string): Promise<string> {
  const algorithm = like.split(':')[0] ?? '';
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path), hash);
  return `${algorithm}:${hash.digest('hex')}`;
}

export function otherFile(name: string, checksum: string, found: string): ActionError {
  return new ActionError(`${name} is not the image that \`checksum\` stands for.`, {
    details: `wanted ${checksum}\nfound  ${found}`,
    hint: 'An address with `latest` in it brings another image after each release: take the one of a dated release, with its checksum. Otherwise somebody has changed the image.',
  });
}

async function fetchRest(
  url: string,
  part: string,
  signal: AbortSignal,
  log: DriverLog,
): Promise<void> {
  const have = await stat(part).then(
    ({ size }) => size,
    () => 0,
  );
  using bounds = limit(
    [signal],
    ATTEMPT_MS,
    () => new ActionError(`no end after ${ATTEMPT_MS / 60_000} minutes`),
  );
  const response = await fetch(url, {
    signal: bounds.signal,
    headers: have > 0 ? { range: `bytes=${have}-` } : {},
  });
  // Nothing comes after what is there: it is whole, or of another file, which its checksum tells.
  if (response.status === 416 && have > 0) return void (await response.body?.cancel());
  if (!response.ok || !response.body) {
    const said = `${response.status} ${response.statusText}`.trim();
    await response.body?.cancel();
    if (response.status >= 500 || response.status === 429) throw new Error(said);
    throw new RefusedError(said);
  }
  const isRest = response.status === 206;
  const bytes = Number(response.headers.get('content-length') ?? 0);
  log.info(
    `Downloading ${bytes > 0 ? `${formatSize(bytes)} ` : ''}${isRest ? `more of ${url}, ${formatSize(have)} of it are there` : `from ${url}`}`,
  );
  await pipeline(
    Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]),
    createWriteStream(part, { flags: isRest ? 'a' : 'w' }),
    { signal: bounds.signal },
  );
}

function notDownloaded(url: string, remedy: string, error: unknown): ActionError {
  return new ActionError(`The machine image cannot be downloaded: ${url}`, {
    details: reasonOf(error),
    hint: remedy,
    cause: error,
  });
}

/** What fetch says itself is no more than that it failed; why is in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}
