import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const OS: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'Linux',
  darwin: 'macOS',
  win32: 'Windows',
};

/**
 * A run around the action, and what a test runner sets for its own processes, is none of the
 * action's business.
 */
const NOT_INHERITED = /^(GITHUB_|RUNNER_|ACTIONS_|INPUT_|STATE_|NODE_OPTIONS$|NODE_ENV$|JEST_)/;

/** What an action gets of the environment of the process that runs it. */
export function inheritedEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  const inherited: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !NOT_INHERITED.test(name)) inherited[name] = value;
  }
  return inherited;
}

/**
 * The variables that GitHub's runner sets, for a push to `main` of a made-up repository. Makes
 * `RUNNER_TEMP`. https://docs.github.com/en/actions/reference/workflows-and-actions/variables
 */
export function defaultEnvironment(workspace: string, directory: string): Record<string, string> {
  const temp = join(directory, '_temp');
  const event = join(directory, 'event.json');
  mkdirSync(temp, { recursive: true });
  writeFileSync(event, '{}\n');
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_ACTION: '__self',
    GITHUB_ACTOR: 'octocat',
    GITHUB_API_URL: 'https://api.github.com',
    GITHUB_EVENT_NAME: 'push',
    GITHUB_EVENT_PATH: event,
    GITHUB_GRAPHQL_URL: 'https://api.github.com/graphql',
    GITHUB_JOB: 'local',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_REF_NAME: 'main',
    GITHUB_REF_TYPE: 'branch',
    GITHUB_REPOSITORY: 'octocat/hello',
    GITHUB_REPOSITORY_ID: '1',
    GITHUB_REPOSITORY_OWNER: 'octocat',
    GITHUB_RUN_ATTEMPT: '1',
    GITHUB_RUN_ID: '1',
    GITHUB_RUN_NUMBER: '1',
    GITHUB_SERVER_URL: 'https://github.com',
    GITHUB_SHA: '0'.repeat(40),
    GITHUB_WORKFLOW: 'local',
    GITHUB_WORKSPACE: workspace,
    RUNNER_ARCH: process.arch.toUpperCase(),
    RUNNER_ENVIRONMENT: 'self-hosted',
    RUNNER_NAME: 'local',
    RUNNER_OS: OS[process.platform] ?? 'Linux',
    RUNNER_TEMP: temp,
    RUNNER_TOOL_CACHE: join(directory, '_tool'),
  };
}
