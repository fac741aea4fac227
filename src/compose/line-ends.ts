/**
 * What to say of a config that git has checked out with the line ends of Windows: its bytes are
 * others than on Linux, and so is its hash. Undefined on other systems, where somebody wants them.
 */
export function windowsLineEnds(
  content: Uint8Array,
  path: string,
  platform: NodeJS.Platform = process.platform,
): string | undefined {
  if (platform !== 'win32') return undefined;
  const bytes = Buffer.from(content.buffer, content.byteOffset, content.byteLength);
  // A file with such a byte is no text.
  if (!bytes.includes('\r\n') || bytes.includes(0)) return undefined;
  return `${path} has Windows line ends (CRLF), as git writes them on Windows. A run on Linux would deploy other bytes, and so another config. Write \`${path} text eol=lf\` into .gitattributes.`;
}
