import type { Argv } from '../exec/argv.ts';
/** What an engine runs on, as images say it: `linux/arm64`. */
export function enginePlatform(): Argv {
  return ['docker', 'version', '--format', '{{.Server.Os}}/{{.Server.Arch}}'];
}
