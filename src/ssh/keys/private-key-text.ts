/** One armoured block: from its BEGIN line to its END line. */
export interface Armour {
  /** What stands after BEGIN: "OPENSSH PRIVATE KEY". */
  readonly label: string;
  /** The block, written anew with one line end after each line. */
  readonly text: string;
}

/** What a text is instead of a private key. */
export type Mistake =
  | 'nothing'
  | 'public key'
  | 'certificate'
  | 'PuTTY key'
  | 'path'
  | 'masked'
  | 'encoded'
  | 'no end'
  | 'no beginning'
  | 'no key';

const BLOCK = /-{4,5} ?BEGIN ([A-Z0-9 ]+?) ?-{4,5}([\s\S]*?)-{4,5} ?END \1 ?-{4,5}/g;

/** RFC 1421: "Proc-Type: 4,ENCRYPTED" and "DEK-Info: AES-128-CBC,0123…". */
const ENCRYPTION = /Proc-Type:\s*4,\s*ENCRYPTED\s+DEK-Info:\s*([A-Z0-9-]+,[0-9A-Fa-f]+)/;

/**
 * Finds the armoured blocks of a text, however it came through: with other line ends or none,
 * indented, quoted, with `\n` written out, or as base64 of the whole. Blocks that only describe
 * others (`EC PARAMETERS`) are left out. Throws nothing.
 */
export function findArmour(text: string): readonly Armour[] | Mistake {
  const plain = unwrap(text);
  const blocks = [...plain.matchAll(BLOCK)].filter(([, label]) => label !== 'EC PARAMETERS');
  const rest = plain.replace(BLOCK, '');
  if (/-{4,5} ?(BEGIN|END) /.test(plain)) {
    if (/\*{3}/.test(plain)) return 'masked';
    if (/%0[AD]|<br\s*\/?>|&#1[03];|\\u000a/i.test(plain)) return 'encoded';
  }
  if (/-{4,5} ?BEGIN /.test(rest)) return 'no end';
  if (/-{4,5} ?END /.test(rest)) return 'no beginning';
  if (blocks.length === 0) return mistake(plain);
  return blocks.map(([, label = '', body = '']) => ({ label, text: rewrite(label, body) }));
}

function unwrap(text: string): string {
  const plain = text
    .replace(/^\ufeff/, '')
    .replaceAll('\\r', '')
    .replaceAll('\\n', '\n')
    .replaceAll('\r', '\n');
  if (/-{4} ?(BEGIN|END) /.test(plain)) return plain;
  const decoded = Buffer.from(plain.replace(/\s+/g, ''), 'base64').toString('latin1');
  return /-{4} ?BEGIN /.test(decoded) ? decoded.replaceAll('\r', '\n') : plain;
}

/**
 * Line ends and widths are part of the formats, and are what gets lost on the way through forms and
 * variables.
 */
function rewrite(label: string, body: string): string {
  const encryption = ENCRYPTION.exec(body);
  const base64 = body.replace(ENCRYPTION, '').replace(/\s+/g, '');
  const header = encryption ? ['Proc-Type: 4,ENCRYPTED', `DEK-Info: ${encryption[1]}`, ''] : [];
  const lines = base64.match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...header, ...lines, `-----END ${label}-----`, ''].join('\n');
}

function mistake(plain: string): Mistake {
  const text = plain.trim().replace(/^["']|["']$/g, '');
  if (text === '') return 'nothing';
  if (/-cert-v01@openssh\.com /.test(text)) return 'certificate';
  if (/(^|\s)(ssh-(ed25519|rsa|dss)|ecdsa-sha2-\S+|sk-\S+@openssh\.com) AAAA/.test(text)) {
    return 'public key';
  }
  if (/^\*+$/.test(text)) return 'masked';
  if (text.startsWith('PuTTY-User-Key-File-')) return 'PuTTY key';
  if (/^(~|\.{0,2}\/|[A-Za-z]:\\)\S{1,200}$/.test(text)) return 'path';
  // What begins so in base64 is "openssh-key-v1", the first line of which is missing.
  if (text.includes('b3BlbnNzaC1rZXktdjE')) return 'no beginning';
  return 'no key';
}
