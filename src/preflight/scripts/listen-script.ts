import type { Argv } from '../../exec/argv.ts';

/**
 * Both programs do the same: they bind what they can of the ports (`tcp/2377`) and say `bound` or
 * `taken` for each, say `ready`, accept what connects and leave it to the other end to close (who
 * closes first keeps the port for another minute, TIME_WAIT), and say `got udp/4789 3` for a
 * datagram of asker 3. They end with their standard input, and by an alarm where that never comes.
 * Nothing is written to the host.
 */
const PERL = `
use strict; use Socket qw(:DEFAULT IPPROTO_IPV6 IPV6_V6ONLY); use Errno qw(EADDRINUSE);
$| = 1;
my ($seconds, $token, @ports) = @ARGV;
alarm $seconds;
my (%open, @came);
for my $name (@ports) {
  my ($protocol, $port) = split m{/}, $name;
  my $bound = '';
  for my $family (AF_INET6, AF_INET) {
    socket(my $socket, $family, $protocol eq 'tcp' ? SOCK_STREAM : SOCK_DGRAM, 0) or next;
    my $at = $family == AF_INET ? sockaddr_in($port, INADDR_ANY)
      : Socket::pack_sockaddr_in6($port, Socket::IN6ADDR_ANY);
    setsockopt($socket, IPPROTO_IPV6, IPV6_V6ONLY, 0) if $family == AF_INET6;
    setsockopt($socket, SOL_SOCKET, SO_REUSEADDR, 1) if $protocol eq 'tcp';
    if (bind($socket, $at) and $protocol eq 'udp' || listen($socket, SOMAXCONN)) {
      $open{$name} = $socket; $bound = 'bound'; last;
    }
    if ($! == EADDRINUSE) { $bound = 'taken'; last }
  }
  print "$bound $name\\n" if $bound;
}
print "ready\\n";
while (1) {
  my $bits = '';
  vec($bits, fileno($_), 1) = 1 for \\*STDIN, values %open;
  select($bits, undef, undef, undef);
  last if vec($bits, fileno(STDIN), 1) and !sysread(STDIN, my $more, 64);
  for my $name (keys %open) {
    next unless vec($bits, fileno($open{$name}), 1);
    if ($name =~ /tcp/) { my $one; accept($one, $open{$name}) and push @came, $one; next }
    recv($open{$name}, my $text, 64, 0);
    print "got $name $1\\n" if defined $text and $text =~ /^\\Q$token\\E (\\d+)$/;
  }
}
`;

const PYTHON = `
import errno, re, select, signal, socket, sys
seconds, token, ports = int(sys.argv[1]), sys.argv[2], sys.argv[3:]
signal.alarm(seconds)
def say(text):
    sys.stdout.write(text + '\\n'); sys.stdout.flush()
opened, came = {}, []
for name in ports:
    protocol, port = name.split('/')
    for family, anywhere in ((socket.AF_INET6, '::'), (socket.AF_INET, '0.0.0.0')):
        try:
            one = socket.socket(family, socket.SOCK_STREAM if protocol == 'tcp' else socket.SOCK_DGRAM)
            if family == socket.AF_INET6: one.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            if protocol == 'tcp': one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind((anywhere, int(port)))
            if protocol == 'tcp': one.listen(128)
            opened[one] = name; say('bound ' + name); break
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                say('taken ' + name); break
say('ready')
while True:
    for one in select.select([sys.stdin] + list(opened), [], [])[0]:
        if one is sys.stdin:
            if not sys.stdin.buffer.raw.read(64): sys.exit(0)
        elif 'tcp' in opened[one]:
            came.append(one.accept()[0])
        else:
            got = re.match('^' + re.escape(token) + r' (\\d+)$', one.recv(64).decode('latin-1'))
            if got: say('got ' + opened[one] + ' ' + got.group(1))
`;

/**
 * Listens at ports (`tcp/2377`) for at most `seconds`; undefined where the host has nothing to
 * listen with.
 */
export function listenCommand(
  tools: ReadonlySet<string>,
  options: { readonly seconds: number; readonly token: string; readonly ports: readonly string[] },
): Argv | undefined {
  const words = [String(options.seconds), options.token, ...options.ports];
  if (tools.has('perl')) return ['perl', '-e', PERL, ...words];
  if (tools.has('python3')) return ['python3', '-c', PYTHON, ...words];
  // Red Hat's distributions have one of their own, also where no python3 is installed.
  if (tools.has('platform-python')) {
    return ['/usr/libexec/platform-python', '-c', PYTHON, ...words];
  }
  return undefined;
}
