import type { Plan } from '../../deploy/plan.ts';
import { planCounts, planText } from '../../deploy/plan-text.ts';
import { atMost, code, codeBlock } from '../markdown.ts';

const LINES = 200;

interface PlannedReturn {
  readonly stack: string;
  readonly plan: Plan;
}

/** What a rollback would do, in one sentence. */
export function plannedReturnHeadline(
  { stack, plan }: PlannedReturn,
  name: (text: string) => string = (text) => text,
): string {
  return `Nothing was changed; rolling ${name(stack)} back would: services: ${planCounts(plan)}`;
}

/** The job summary of a rollback with `dry-run`, in GitHub's Markdown. */
export function renderPlannedReturn(planned: PlannedReturn): string {
  const { shown, more } = atMost(planText(planned.plan), LINES);
  const rest = more === 0 ? [] : [`  and ${more} more lines, in the job log`];
  const heading = plannedReturnHeadline(planned, (text) => code(text, 64));
  return `## ${heading}\n\n### What would change\n\n${codeBlock([...shown, ...rest].join('\n'), 'diff')}\n`;
}
