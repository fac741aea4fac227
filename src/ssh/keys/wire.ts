/**
 * Reads a sequence of SSH strings (RFC 4251 section 5: a length of four bytes, then as many bytes)
 * that fills `bytes` exactly. Gives undefined where it does not.
 */
export function readStrings(bytes: Buffer): Buffer[] | undefined {
  const strings: Buffer[] = [];
  let at = 0;
  while (at < bytes.length) {
    const string = stringAt(bytes, at);
    if (!string) return undefined;
    strings.push(string);
    at += 4 + string.length;
  }
  return strings;
}

/** The SSH string that begins at `at`, or undefined where the bytes end before it does. */
export function stringAt(bytes: Buffer, at: number): Buffer | undefined {
  if (at + 4 > bytes.length) return undefined;
  const end = at + 4 + bytes.readUInt32BE(at);
  return end > bytes.length ? undefined : bytes.subarray(at + 4, end);
}

/**
 * The bytes that `base64` stands for, or undefined where it is not base64 to the last character
 * (Node itself reads anything).
 */
export function decodeBase64(base64: string): Buffer | undefined {
  const bytes = Buffer.from(base64, 'base64');
  return bytes.length > 0 && bytes.toString('base64') === base64 ? bytes : undefined;
}

/** The bytes of a sequence of SSH strings. */
export function sshStrings(...strings: readonly (Buffer | string)[]): Buffer {
  return Buffer.concat(
    strings.flatMap((one) => {
      const bytes = Buffer.from(one);
      const length = Buffer.alloc(4);
      length.writeUInt32BE(bytes.length);
      return [length, bytes];
    }),
  );
}
