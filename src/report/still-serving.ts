import { listed } from '../base/listed.ts';
import type { Report } from './report.ts';

const SERVICES = 20;

/** How the text is set off: bold and as code in Markdown, not at all in the log. */
interface Marks {
  readonly name: (text: string) => string;
  readonly strong: (text: string) => string;
}

const AS_IT_IS = (text: string) => text;
const NO_MARKS: Marks = { name: AS_IT_IS, strong: AS_IT_IS };

/**
 * What still runs of the version from before, which is the first question about an update that
 * failed, and of which services nothing does. None where nothing of it is left, or nothing was
 * there.
 */
export function stillServing({ services }: Report, marks = NO_MARKS): readonly string[] {
  const { name: code, strong } = marks;
  const lasting = services.filter(({ mode }) => !mode.endsWith('job'));
  const old = lasting.flatMap(({ name, before }) =>
    before ? [`${code(name)} ${before.running}/${before.desired}`] : [],
  );
  if (old.length === 0) return [];
  const dead = lasting.filter(
    ({ before, running, desired }) => !before && running === 0 && desired > 0,
  );
  const none = dead.map(({ name }) => code(name));
  return [
    `${strong('The old version still serves:')} ${listed(old, SERVICES)}.`,
    ...(none.length === 0 ? [] : [`${strong('Nothing runs of:')} ${listed(none, SERVICES)}.`]),
  ];
}
