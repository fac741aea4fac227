/** Whether a call of AWS, which is always a POST, changes nothing: a question, or a dry run. */
export function isQuestion(body: string, target: string | null | undefined): boolean {
  const given = new URLSearchParams(body);
  const action = target?.split('.').at(-1) ?? given.get('Action') ?? '';
  return /^(?:Describe|Get)/.test(action) || given.get('DryRun') === 'true';
}
