import type { Argv } from '../../exec/argv.ts';

/** Something one host is asked about another. */
export interface Question {
  /** Number of the answer. */
  readonly id: number;
  /** `path`: the largest packet on the way there. */
  readonly what: 'tcp' | 'udp' | 'path';
  readonly address: string;
  /** 0 for `path`. */
  readonly port: number;
}

/**
 * A connection is given this long: time for a lost first packet and its repetition (1 s later) to
 * be answered.
 */
const ASK_SECONDS = 3;

/**
 * Reads questions line by line and prints an answer for each: its number, an exit code, the
 * program's words. All are asked at once, 64 at a time. A port without a listener answers a
 * datagram with ICMP, which the next write to the same socket then fails with; so bash writes
 * several times. `-M do` forbids fragments: what arrives fits through every link between.
 */
const SCRIPT = `
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
asker=$1; token=$2
say() { printf '%s\\n' "$1 $2 $(printf '%s' "$3" | tr '\\n' ' ' | cut -c 1-300)"; }
tcp() {
  if [ "$asker" = bash ]; then
    words=$(timeout ${ASK_SECONDS} bash -c 'exec 3<>"/dev/tcp/$1/$2"' bash "$2" "$3" 2>&1)
  else
    words=$(timeout ${ASK_SECONDS + 1} nc -z -v -w ${ASK_SECONDS} "$2" "$3" 2>&1)
  fi
  say "$1" "$?" "$words"
}
udp() {
  if [ "$asker" = bash ]; then
    words=$(timeout ${ASK_SECONDS} bash -c 'exec 3<>"/dev/udp/$1/$2" || exit
      for pause in 0.2 0.3 0.5 0; do printf %s "$3" >&3 || exit; sleep $pause; done' \\
      bash "$2" "$3" "$token" 2>&1)
  else
    words=$(printf %s "$token" | timeout ${ASK_SECONDS} nc -u -w 1 "$2" "$3" 2>&1)
  fi
  say "$1" "$?" "$words"
}
fits() { ping -n -q -c 1 -W 1 -M do -s $(($2 - head)) "$1" >/dev/null 2>&1; }
path() {
  route=$(ip route get "$2" 2>/dev/null | tr '\\n' ' ')
  device=$(printf '%s' "$route" | sed -n 's/.* dev \\([^ ]*\\).*/\\1/p')
  link=$(cat "/sys/class/net/$device/mtu" 2>/dev/null)
  learned=$(printf '%s' "$route" | sed -n 's/.* mtu \\([0-9]*\\).*/\\1/p')
  head=28; case $2 in *:*) head=48 ;; esac
  arrived=
  if fits "$2" 1280 || fits "$2" 1280; then
    if fits "$2" 1500 || fits "$2" 1500; then arrived=1500
    else
      arrived=$(for size in 1280 1300 1350 1370 1380 1400 1420 1440 1450 1460 1472 1480 1492; do
        { fits "$2" "$size" || fits "$2" "$size"; } && echo "$size" &
      done | sort -n | tail -n 1)
    fi
  fi
  say "$1" 0 "link=$link learned=$learned arrived=$arrived"
}
count=0
while read -r id what address port; do
  "$what" "$id" "$address" "$port" </dev/null &
  count=$((count + 1))
  [ $((count % 64)) -eq 0 ] && wait
done
wait
`;

/**
 * What a host can ask with; undefined where it has nothing. `nc` cannot tell what becomes of a
 * datagram.
 */
export type Asker = 'bash' | 'nc';

/** The best asker among the tools of a host. */
export function askerOf(tools: ReadonlySet<string>): Asker | undefined {
  if (!tools.has('timeout')) return undefined;
  return (['bash', 'nc'] as const).find((tool) => tools.has(tool));
}

/** Asks what stands in standard input (see `questionLines`); datagrams carry `token`. */
export function askCommand(asker: Asker, token: string): Argv {
  return ['sh', '-c', SCRIPT, 'sh', asker, token];
}

export function questionLines(questions: readonly Question[]): string {
  return questions
    .map(({ id, what, address, port }) => `${id} ${what} ${address} ${port}\n`)
    .join('');
}
