// The grammar of github.com/distribution/reference (regexp.go, normalize.go), by which the docker
// client reads references.

const ALPHANUMERIC = '[a-z0-9]+';
const PATH_COMPONENT = `${ALPHANUMERIC}(?:(?:\\.|_|__|-+)${ALPHANUMERIC})*`;
const DOMAIN_COMPONENT = '(?:[a-zA-Z0-9]|[a-zA-Z0-9][a-zA-Z0-9-]*[a-zA-Z0-9])';
const DOMAIN = `(?:${DOMAIN_COMPONENT}(?:\\.${DOMAIN_COMPONENT})*|\\[[a-fA-F0-9:]+\\])(?::[0-9]+)?`;
const TAG = '[\\w][\\w.-]{0,127}';
const DIGEST = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const REFERENCE = new RegExp(
  `^(?:${DOMAIN}/)?${PATH_COMPONENT}(?:/${PATH_COMPONENT})*(?::${TAG})?(?:@${DIGEST})?$`,
);
/** Of the name without tag and digest. */
const NAME_LENGTH = 255;

/**
 * Why a text is no reference to an image, and what to do, as a sentence or more; undefined if it is
 * one.
 */
export function referenceFault(image: string): string | undefined {
  const name = nameOf(image);
  if (REFERENCE.test(image) && name.length <= NAME_LENGTH) {
    return /^[0-9a-f]{64}$/.test(image)
      ? 'An image is asked for by its name, not by its ID alone. Give it a name: docker tag.'
      : undefined;
  }
  if (/\s/.test(image)) return 'A reference has no blanks or line ends. Remove them.';
  if (/^[a-z]+:\/\//i.test(image)) {
    return `A reference has no scheme. Write \`${image.replace(/^[a-z]+:\/\//i, '')}\`.`;
  }
  if (image.endsWith(':') || image.includes(':@')) {
    return 'Its tag is empty. A variable in it may be unset: set it with `env` of this step. Or give it a default, for example `:-latest` before the closing brace.';
  }
  if (image.endsWith('@'))
    return 'Its digest is empty. A variable in it may be unset: set it with `env` of this step.';
  if (/^[:@/]|\/\/|\/[:@]|\/$/.test(image)) {
    return 'A part of its name is empty. A variable in it may be unset: set it with `env` of this step.';
  }
  if (name.length > NAME_LENGTH)
    return `Its name has ${name.length} characters, and ${NAME_LENGTH} are allowed.`;
  if (REFERENCE.test(lowerCased(image))) {
    return `Names of images are in lower case: write \`${lowerCased(image)}\`. \`\${{ github.repository }}\` keeps the upper case of its owner; in a step before, \`echo "REPOSITORY=\${GITHUB_REPOSITORY,,}" >> "$GITHUB_ENV"\` lowers it.`;
  }
  return 'A reference is `[registry/]name[:tag][@digest]`, the name in lower case.';
}

/** Without tag and digest. */
function nameOf(image: string): string {
  const [named = ''] = image.split('@', 1);
  const tagAt = named.indexOf(':', named.lastIndexOf('/') + 1);
  return tagAt < 0 ? named : named.slice(0, tagAt);
}

/** The tag keeps its case. */
function lowerCased(image: string): string {
  const name = nameOf(image);
  return name.toLowerCase() + image.slice(name.length);
}
