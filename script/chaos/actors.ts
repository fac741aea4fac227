/** What an actor does with its stack. The schedule has none: it only sweeps. */
export type ActorKind = 'preview' | 'production' | 'stranger' | 'schedule';

/** One repository, event and environment: it does one thing at a time. */
export interface Actor {
  readonly name: string;
  readonly kind: ActorKind;
  readonly repository: string;
  readonly repositoryId: string;
  readonly pullRequest: number | undefined;
  /** `name:` of its compose file. */
  readonly project: string;
  readonly cluster: string;
  readonly stack: string;
  /** Whether its `hosts` give the first node a label, which production needs. */
  readonly givesLabel: boolean;
}

const SHOP = { repository: 'acme/shop', repositoryId: '1001' };
const BLOG = { repository: 'acme/blog', repositoryId: '2002' };
const PREVIEWS = 8;

/**
 * Everybody that shares the swarm: eight pull requests and production of one repository, its
 * sweeps, and another repository.
 */
export const ACTORS: readonly Actor[] = [
  {
    ...SHOP,
    ...{ name: 'production', kind: 'production', pullRequest: undefined, project: 'shop' },
    ...{ cluster: 'production', stack: 'shop', givesLabel: true },
  },
  ...Array.from({ length: PREVIEWS }, (_, at): Actor => {
    const stack = `shop-pr-${at + 1}`;
    return {
      ...SHOP,
      ...{ name: `pr-${at + 1}`, kind: 'preview', pullRequest: at + 1, project: 'shop' },
      ...{ cluster: stack, stack, givesLabel: at % 2 === 1 },
    };
  }),
  {
    ...BLOG,
    // The number of a pull request that the first repository has, too.
    ...{ name: 'stranger', kind: 'stranger', pullRequest: 1, project: 'blog' },
    ...{ cluster: 'blog-pr-1', stack: 'blog-pr-1', givesLabel: false },
  },
  {
    ...SHOP,
    ...{ name: 'schedule', kind: 'schedule', pullRequest: undefined, project: '' },
    ...{ cluster: '', stack: '', givesLabel: false },
  },
];
