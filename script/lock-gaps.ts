import * as z from 'zod';

/** What is read of a package-lock.json (docs.npmjs.com, "package-lock.json", lockfileVersion 3). */
const lockFile = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      resolved: z.string().optional(),
      link: z.boolean().optional(),
      dependencies: z.record(z.string(), z.string()).optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

type LockedPackage = z.infer<typeof lockFile>['packages'][string];

/**
 * What `npm ci` would install without a check, or not find in the lock file, one line for each: a
 * package without a SHA-512, one from another place than the registry, a dependency (of another
 * platform, too) that is not listed. Throws where the text is no lock file.
 */
export function lockGaps(text: string): string[] {
  const { packages } = lockFile.parse(JSON.parse(text));
  return Object.entries(packages).flatMap(([path, locked]) => [
    ...(path === '' || locked.link ? [] : unchecked(path, locked)),
    ...unlisted(path, locked, packages),
  ]);
}

function unchecked(path: string, { integrity = '', resolved }: LockedPackage): string[] {
  return [
    ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ? [] : [`${path}: has no SHA-512`]),
    ...(resolved === undefined || resolved.startsWith('https://registry.npmjs.org/')
      ? []
      : [`${path}: is from ${resolved}, not from the registry`]),
  ];
}

function unlisted(
  path: string,
  { dependencies, optionalDependencies }: LockedPackage,
  packages: Readonly<Record<string, LockedPackage>>,
): string[] {
  return Object.keys({ ...dependencies, ...optionalDependencies })
    .filter((name) => !placesOf(path, name).some((place) => Object.hasOwn(packages, place)))
    .map((name) => `${path || 'package.json'}: needs ${name}, which is not listed`);
}

/** Where Node looks for a package, from the folder that needs it up to the top. */
function placesOf(path: string, name: string): string[] {
  const folders = path === '' ? [] : path.split(/(?:^|\/)node_modules\//).slice(1);
  return [...folders, ''].map((_, depth) =>
    [...folders.slice(0, folders.length - depth), name]
      .map((folder) => `node_modules/${folder}`)
      .join('/'),
  );
}
