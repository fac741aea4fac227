/** What the program that asked ended with. */
export interface Answer {
  readonly exitCode: number;
  readonly words: string;
}

/** What is known of a port on the far host besides the answer. */
export interface FarEnd {
  /**
   * What has the port: our listener for this moment, a program (dockerd where the host is a node),
   * nobody; or that cannot be known.
   */
  readonly listens: 'ours' | 'program' | 'nobody' | 'perhaps';
  /** Whether our listener got this asker's datagram. */
  readonly got: boolean;
}

/** Whether one host reaches a port of another. */
export type Reach =
  | { readonly state: 'open' }
  /** `sure` where something surely listened, so that only what stands between can be the reason. */
  | { readonly state: 'blocked'; readonly how: string; readonly sure: boolean }
  /**
   * Nothing came back, and nothing had to: `expected` where the program at the port does not answer
   * strangers.
   */
  | { readonly state: 'unknown'; readonly how: string; readonly expected: boolean }
  | { readonly state: 'not asked' };

/** The largest packets of a way, as far as they could be found out. */
export interface PathMtu {
  /** Of the device that leads there, or what the kernel has learned of the way. */
  readonly link: number | undefined;
  /**
   * The largest of those tried that was answered unfragmented; undefined where ping is missing or
   * nothing answered.
   */
  readonly arrived: number | undefined;
}

/** Reads the lines of the ask script: number, exit code, words. */
export function parseAnswers(text: string): ReadonlyMap<number, Answer> {
  const answers = new Map<number, Answer>();
  for (const line of text.split('\n')) {
    const [, id, exitCode, words] = /^(\d+) (\d+) (.*)$/.exec(line) ?? [];
    if (words === undefined) continue;
    answers.set(Number(id), { exitCode: Number(exitCode), words: words.trim() });
  }
  return answers;
}

const REFUSED = /connection refused/i;
/** Of `timeout`; of nc, as OpenBSD's, nmap's and busybox have it. */
const TIMED_OUT = /timed? ?out/i;
const TIMEOUT_EXIT = 124;
/**
 * Firewalls that reject with ICMP, those of the asker's own host (EPERM), and networks without a
 * way.
 */
const TURNED_AWAY =
  /no route to host|host is unreachable|network is unreachable|permission denied|operation not permitted/i;

const NOTHING_CAME = 'no answer';

/**
 * Judges a connection. A refusal comes from a host that nobody shields, unless something listens
 * there: then a firewall refuses.
 */
export function judgeTcp(answer: Answer | undefined, far: FarEnd): Reach {
  if (!answer) return { state: 'not asked' };
  const { exitCode, words } = answer;
  const sure = far.listens === 'ours' || far.listens === 'program';
  if (exitCode === 0) return { state: 'open' };
  if (REFUSED.test(words)) {
    return sure ? { state: 'blocked', how: 'refused by a firewall', sure } : { state: 'open' };
  }
  if (TURNED_AWAY.test(words)) return { state: 'blocked', how: turnedAway(words), sure: true };
  if (exitCode === TIMEOUT_EXIT || TIMED_OUT.test(words)) {
    return { state: 'blocked', how: NOTHING_CAME, sure };
  }
  return { state: 'unknown', how: words, expected: false };
}

/**
 * Judges datagrams: what our listener got is proof, and so is what it did not get. Without a
 * listener ICMP may tell.
 */
export function judgeUdp(
  answer: Answer | undefined,
  far: FarEnd,
  asker: 'bash' | 'nc' | undefined,
): Reach {
  if (far.got) return { state: 'open' };
  if (!answer) return { state: 'not asked' };
  const { words } = answer;
  const listens = far.listens === 'ours' || far.listens === 'program';
  if (REFUSED.test(words)) {
    return listens
      ? { state: 'blocked', how: 'refused by a firewall', sure: true }
      : { state: 'open' };
  }
  if (TURNED_AWAY.test(words)) return { state: 'blocked', how: turnedAway(words), sure: true };
  if (far.listens === 'ours' && asker === 'bash') {
    return { state: 'blocked', how: 'no datagram arrived', sure: true };
  }
  return {
    state: 'unknown',
    how: NOTHING_CAME,
    expected: far.listens === 'program' || far.listens === 'perhaps',
  };
}

/** Whether the host itself answers at this port, be it by refusing. */
export function isThere(answer: Answer | undefined): boolean {
  return answer !== undefined && (answer.exitCode === 0 || REFUSED.test(answer.words));
}

/** Reads the words of a `path` answer. */
export function parsePath(answer: Answer | undefined): PathMtu {
  const number = (name: string): number | undefined => {
    const value = new RegExp(`\\b${name}=(\\d+)`).exec(answer?.words ?? '')?.[1];
    return value === undefined ? undefined : Number(value);
  };
  return { link: number('learned') ?? number('link'), arrived: number('arrived') };
}

function turnedAway(words: string): string {
  return (TURNED_AWAY.exec(words)?.[0] ?? words).toLowerCase();
}
