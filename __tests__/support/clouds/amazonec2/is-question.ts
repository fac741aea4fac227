/** Whether a call of EC2, which is always a POST, changes nothing: a question, or a dry run. */
export function isQuestion(form: string): boolean {
  const given = new URLSearchParams(form);
  return /^(?:Describe|Get)/.test(given.get('Action') ?? '') || given.get('DryRun') === 'true';
}
