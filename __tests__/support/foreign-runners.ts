/** A runner that runs actions and is not GitHub's: what it sets otherwise, and what it does not. */
export interface ForeignRunner {
  readonly name: string;
  readonly env: Readonly<Record<string, string>>;
  readonly without: readonly string[];
}

/** What no runner but GitHub's knows. */
const OF_GITHUB = ['GITHUB_REPOSITORY_ID', 'RUNNER_ENVIRONMENT'];

/**
 * By the sources that docs/runners.md names: nektos/act pkg/runner/run_context.go and step.go, the
 * runner of Gitea, which is built on it, and GitHub's "Variables reference" of Enterprise Server.
 */
export const FOREIGN_RUNNERS: readonly ForeignRunner[] = [
  {
    name: 'act',
    env: { ACT: 'true', GITHUB_RUN_ID: '1', GITHUB_RUN_NUMBER: '1' },
    without: [...OF_GITHUB, 'GITHUB_RUN_ATTEMPT'],
  },
  {
    name: 'Gitea',
    env: {
      GITEA_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://git.example.com',
      GITHUB_API_URL: 'https://git.example.com/api/v1',
      GITHUB_RUN_ID: '815',
      GITHUB_RUN_NUMBER: '42',
      // Its own service, which the library of artifacts does not take for GitHub's.
      ACTIONS_RUNTIME_TOKEN: 'runtime-token-of-gitea',
      ACTIONS_RESULTS_URL: 'https://git.example.com',
    },
    without: OF_GITHUB,
  },
  {
    name: 'Forgejo',
    env: {
      FORGEJO_ACTIONS: 'true',
      GITHUB_SERVER_URL: 'https://forge.example.com',
      GITHUB_API_URL: 'https://forge.example.com/api/v1',
      GITHUB_RUN_ID: '816',
      GITHUB_RUN_NUMBER: '43',
    },
    without: [...OF_GITHUB, 'GITHUB_RUN_ATTEMPT'],
  },
  {
    name: 'an old GitHub Enterprise Server',
    env: {
      GITHUB_SERVER_URL: 'https://github.example.com',
      GITHUB_API_URL: 'https://github.example.com/api/v3',
      ACTIONS_RUNTIME_TOKEN: 'runtime-token-of-ghes',
      ACTIONS_RESULTS_URL: 'https://github.example.com/results',
    },
    without: [...OF_GITHUB, 'GITHUB_STEP_SUMMARY'],
  },
  {
    name: 'a runner that sets next to nothing',
    env: { GITHUB_REPOSITORY: 'octocat/hello', GITHUB_SERVER_URL: 'https://git.example.com' },
    without: [
      ...OF_GITHUB,
      ...['GITHUB_API_URL', 'GITHUB_GRAPHQL_URL', 'GITHUB_RUN_ID', 'GITHUB_RUN_NUMBER'],
      ...['GITHUB_RUN_ATTEMPT', 'GITHUB_STEP_SUMMARY', 'GITHUB_EVENT_PATH', 'GITHUB_JOB'],
      ...['GITHUB_ACTION', 'RUNNER_TEMP', 'RUNNER_TOOL_CACHE', 'GITHUB_WORKSPACE'],
      ...['GITHUB_STATE', 'GITHUB_OUTPUT', 'GITHUB_ENV', 'GITHUB_PATH'],
    ],
  },
];
