/**
 * Tells each text only the first time: what is looked at again and again is named once. Several that
 * share `told` tell each text once in all.
 */
export function once(
  tell: (text: string) => void,
  told: Set<string> = new Set(),
): (text: string) => void {
  return (text) => {
    if (told.has(text)) return;
    told.add(text);
    tell(text);
  };
}
