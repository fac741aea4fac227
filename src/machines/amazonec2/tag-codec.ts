import { ActionError } from '../../base/errors.ts';
import type { ClusterId, Labels } from '../ownership.ts';
import { CLUSTER_LABEL, REPOSITORY_LABEL } from '../ownership.ts';
import type { Filters, Tags } from './api/ec2-api.ts';

// A tag at EC2 has a value of at most 256 characters. A label is the tag of the same name; what is
// longer goes on in further ones, `swarm-up.run.2` and so on. So nothing is ever cut.

const LONGEST = 256;
/** More tags of one label are refused: nothing that the action writes needs as many. */
const MOST_PARTS = 5;

/** Labels as tags; `decodeTags` gives back the same. Throws `ActionError` if one is too long. */
export function encodeTags(labels: Labels): Tags {
  return Object.fromEntries(
    Object.entries(labels).flatMap(([key, value]) => {
      const parts = partsOf(value);
      if (parts.length > MOST_PARTS) throw tooLong(key, value);
      return parts.map((part, at) => [nameOf(key, at), part]);
    }),
  );
}

/** The labels that tags say. */
export function decodeTags(tags: Tags): Labels {
  const isFurther = (key: string) => {
    const [, first] = /^(.+)\.[2-9]$/.exec(key) ?? [];
    return first !== undefined && first in tags;
  };
  const keys = Object.keys(tags).filter((key) => !isFurther(key));
  return Object.fromEntries(keys.map((key) => [key, wholeOf(tags, key)]));
}

/** What finds the parts of a cluster and its repository. */
export function filtersOf({ cluster, repository }: ClusterId): Filters {
  return { [`tag:${CLUSTER_LABEL}`]: [cluster], [`tag:${REPOSITORY_LABEL}`]: [repository] };
}

/** What finds the parts of every cluster. */
export const EVERY_CLUSTER: Filters = { 'tag-key': [CLUSTER_LABEL] };

function wholeOf(tags: Tags, key: string): string {
  let all = '';
  for (let at = 0; at < MOST_PARTS; at += 1) {
    const part = tags[nameOf(key, at)];
    if (part === undefined) break;
    all += part;
  }
  return all;
}

function nameOf(key: string, at: number): string {
  return at === 0 ? key : `${key}.${at + 1}`;
}

/** In characters, of which some are two in a string of JavaScript. */
function partsOf(value: string): string[] {
  const characters = [...value];
  const count = Math.max(1, Math.ceil(characters.length / LONGEST));
  return Array.from({ length: count }, (_, at) =>
    characters.slice(at * LONGEST, (at + 1) * LONGEST).join(''),
  );
}

function tooLong(name: string, value: string): ActionError {
  return new ActionError(`The tag ${name} is too long for AWS: ${value.length} characters.`, {
    details: `${value.slice(0, 200)}…`,
    hint: 'Shorten what it is made of, for example the id of the job or of the step.',
  });
}
