import type { Argv } from '../../exec/argv.ts';

/** What a host may have that is of use here. */
const TOOLS = 'bash timeout perl python3 ufw firewall-cmd iptables nft apt-get dnf apk' as const;

/**
 * Prints one fact per line, its name first. The docker command line comes as arguments, where sudo
 * finds it. It reads and changes nothing: `modprobe -n` looks a module up without loading it. The
 * clock is read first and last, so that what runs between does not count as time on the way. A
 * small busybox has an nc that cannot look at a port and close it (`-z`); that one does not count.
 */
const SCRIPT = `
LC_ALL=C; export LC_ALL
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
echo "clock $(date +%s.%N)"
echo "name $(uname -n)"
echo "machine $(head -n 1 /etc/machine-id 2>/dev/null)"
echo "boot $(cat /proc/sys/kernel/random/boot_id 2>/dev/null)"
echo "ssh \${SSH_CONNECTION##* }"
for tool in ${TOOLS}; do
  command -v "$tool" >/dev/null 2>&1 && echo "tool $tool"
done
nc -h 2>&1 </dev/null | grep -q -e '-z' && echo 'tool nc'
[ -x /usr/libexec/platform-python ] && echo 'tool platform-python'
grep -q '^ENABLED=yes' /etc/ufw/ufw.conf 2>/dev/null && echo 'firewall ufw'
systemctl is-active --quiet firewalld >/dev/null 2>&1 && echo 'firewall firewalld'

release=$(uname -r)
config=$(if [ -r /proc/config.gz ]; then zcat /proc/config.gz; else cat "/boot/config-$release"; fi 2>/dev/null |
  grep -E '^(# )?CONFIG_(IP_VS|VXLAN|BRIDGE_NETFILTER|OVERLAY_FS)[ =]')
module() {
  if [ -d "/sys/module/$1" ] || [ -e "/proc/net/$1" ]; then state=loaded
  elif modprobe -n -q "$1" 2>/dev/null; then state=loadable
  else
    case $config in
      *"CONFIG_$2=y"*) state=loaded ;;
      *"CONFIG_$2 is not set"*) state=missing ;;
      *) if [ -d "/lib/modules/$release" ] && command -v modprobe >/dev/null 2>&1
        then state=missing; else state=unknown; fi ;;
    esac
  fi
  echo "module $1 $state"
}
module ip_vs IP_VS
module vxlan VXLAN
module br_netfilter BRIDGE_NETFILTER
module overlay OVERLAY_FS

echo "docker-host $DOCKER_HOST"
info=$("$@" 2>/dev/null </dev/null)
if [ -n "$info" ]; then printf 'engine %s\\n' "$info"
else "$@" 2>&1 </dev/null | head -n 5 | sed 's/^/no-engine /'; fi

folder=$(printf '%s' "$info" | sed -n 's/.*"DockerRootDir":"\\(\\/[^"]*\\)".*/\\1/p')
folder=\${folder:-/var/lib/docker}
while :; do
  disk=$(df -Pk "$folder" 2>/dev/null | sed -n '2,$p' | tr '\\n' ' ')
  [ -n "$disk" ] || [ "$folder" = / ] && break
  folder=$(dirname "$folder")
done
printf 'disk %s\\n' "$disk"
ip -o addr show 2>/dev/null | sed 's/^/address /'
echo "clock $(date +%s.%N)"
`;

/** Reads all facts of a host in one go. */
export function readFactsCommand(): Argv {
  return ['sh', '-c', SCRIPT, 'sh', 'docker', 'info', '--format', '{{json .}}'];
}
