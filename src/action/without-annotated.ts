import { ActionError } from '../base/errors.ts';
import type { Report } from '../report/report.ts';

/** The error without what the annotations of the services have said already. */
export function withoutAnnotated(
  error: unknown,
  { diagnoses }: Pick<Report, 'diagnoses'>,
): unknown {
  if (!(error instanceof ActionError) || diagnoses.length === 0) return error;
  const { message, hint, cause } = error;
  const isSaid = diagnoses.some((one) => one.hint === hint || one.overrules === true);
  return new ActionError(message, {
    cause,
    hint: isSaid ? undefined : hint,
  });
}
