/** What GitHub refuses with 403 for another reason than a permission of the token, by its words. */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /is locked|has been locked/i,
    'The conversation is locked, and then only collaborators may write there. Unlock it, or leave `comment` out.',
  ],
  [/archived/i, 'The repository is archived, so nothing in it can be changed.'],
  [
    /temporarily blocked|abuse|secondary rate limit/i,
    'GitHub blocks this for a while because of too much that was written. Run again later.',
  ],
  [
    /SAML|single sign-on|SSO/i,
    'The token has to be authorised for the organisation (single sign-on). Or leave `github-token` out, which takes the token of the workflow.',
  ],
  [
    /ip allow ?list|IP address/i,
    'The organisation lets in only some addresses (IP allow list), and that of this runner is none of them.',
  ],
  [
    /(deployments|issues|this repository) .*disabled|disabled .*(deployments|issues)|has been disabled/i,
    'What is asked for is switched off in the settings of the repository.',
  ],
];

/** Who runs with a token that may only read, whatever the workflow says. */
export interface RunsFor {
  readonly actor?: string | undefined;
  /**
   * Whether it runs for a pull request from a fork, where the token of the workflow may only read.
   */
  readonly isFork?: boolean | undefined;
}

/**
 * What to do about a 403, from GitHub's own words and from who runs; `permission` is what the token
 * must be allowed to.
 */
export function refusalHint(words: string, permission: string, { actor, isFork }: RunsFor): string {
  const known = HINTS.find(([pattern]) => pattern.test(words))?.[1];
  if (known !== undefined) return known;
  const allow = `Add \`permissions: { ${permission} }\` to the job.`;
  if (actor === 'dependabot[bot]') {
    return `Runs of Dependabot get a token that may only read, unless the workflow says otherwise. ${allow}`;
  }
  if (isFork) {
    return 'A run for a pull request from a fork gets a token that may only read, whatever `permissions` say. Let a workflow of the event `workflow_run` write, or leave it out for forks.';
  }
  return /personal access token|resource not accessible by personal/i.test(words)
    ? `The token in \`github-token\` is a personal one that may not do this: it needs ${permission}.`
    : allow;
}
