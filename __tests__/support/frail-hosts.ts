import { ENGINE_DOWN, type Hosts, startHosts } from './hosts.ts';
import { until } from './until.ts';

/**
 * Hosts that fail as hosts do: the engine restarts, the line is dead for a while, the clock is
 * wrong.
 */
export interface FrailHosts extends Hosts {
  /** Ends dockerd, and leaves it so. With `KILL` what it has started stays, as its containers. */
  stopEngine(host: number, signal?: 'TERM' | 'KILL'): Promise<void>;
  /** Starts it again, and waits until it answers. */
  startEngine(host: number): Promise<void>;
  /**
   * Ends dockerd, which comes back by itself as soon as `systemd` would start it: two seconds
   * later.
   */
  restartEngine(host: number): Promise<void>;
  /** Nothing of SSH gets through from now on, and nobody is told so. */
  cutLine(host: number): Promise<void>;
  mendLine(host: number): Promise<void>;
  /**
   * What its engine says of the time in its answers is off by so
   * many years. The clock itself stays: it is that of the whole machine, and dockerd reads it from
   * the kernel, past every library that could be put before it.
   */
  moveClock(host: number, years: number): Promise<void>;
}

const DROP = ['INPUT -p tcp --dport 22 -j DROP', 'OUTPUT -p tcp --sport 22 -j DROP'];

/** Only digits change, so that each answer keeps its length. */
const shifted = (years: number) => `#!/bin/sh
case "$*" in
  "system dial-stdio") ;;
  *) exec /usr/bin/docker "$@" ;;
esac
/usr/bin/docker "$@" | perl -e '
  while (sysread STDIN, my $some, 65536) {
    $some =~ s/("SystemTime":")(\\d{4})/$1 . ($2 + ${years})/ge;
    syswrite STDOUT, $some;
  }'
`;

/** Starts such hosts; `await using` removes them with their network. */
export async function startFrailHosts(count: number): Promise<FrailHosts> {
  const hosts = await startHosts(count);
  const { on } = hosts;
  const answers = async (host: number) =>
    (await on(host, 'docker info >/dev/null 2>&1 && echo yes')).trim() === 'yes';
  const frail: FrailHosts = {
    ...hosts,
    async stopEngine(host, signal = 'TERM') {
      await on(host, `touch ${ENGINE_DOWN}; pkill -${signal} -f ^/usr/sbin/dockerd`);
      await until(
        'dockerd has ended',
        async () => (await on(host, 'pgrep -f ^/usr/sbin/dockerd')) === '',
      );
    },
    async startEngine(host) {
      await on(host, `rm -f ${ENGINE_DOWN}`);
      await until('dockerd answers', () => answers(host));
    },
    async restartEngine(host) {
      await frail.stopEngine(host);
      await on(host, `(sleep 2; rm -f ${ENGINE_DOWN}) </dev/null >/dev/null 2>&1 &`);
    },
    async cutLine(host) {
      await on(host, DROP.map((rule) => `iptables -I ${rule}`).join('; '));
    },
    async mendLine(host) {
      await on(host, DROP.map((rule) => `iptables -D ${rule}`).join('; '));
    },
    async moveClock(host, years) {
      await on(
        host,
        `cat >/usr/local/bin/docker <<'END'\n${shifted(years)}END\nchmod +x /usr/local/bin/docker`,
      );
    },
    [Symbol.asyncDispose]: () => hosts[Symbol.asyncDispose](),
  };
  return frail;
}
