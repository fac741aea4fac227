/**
 * Installs Docker Engine with the package manager of the host, and starts it if its package did
 * not. To be run as root; each thing that it did is a line `did …` of its standard output,
 * everything else goes to standard error. It prints `began` first, so that a refusal of sudo can be
 * told from a failure.
 *
 * Its argument is an `EngineSource`; where that has no engine for this host, it says so and fails.
 * Without one the distribution's own package is taken where it has one that is new enough, and
 * Docker's repository where that is set up already, or there is no other way.
 *
 * An engine that runs is never restarted: all three service managers leave one alone that is
 * started again.
 */
export const INSTALL_SCRIPT = `
set -eu
from=\${1:-}
exec 3>&1 1>&2 </dev/null
echo began >&3
LC_ALL=C DEBIAN_FRONTEND=noninteractive
export LC_ALL DEBIAN_FRONTEND
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin
ID=linux PRETTY_NAME= VERSION_CODENAME=
[ ! -r /etc/os-release ] || . /etc/os-release
site=https://download.docker.com/linux
did() { echo "did $*" >&3; }
has() { command -v "$1" >/dev/null 2>&1; }
name=\${PRETTY_NAME:-$ID}
installed() { did "installed $* with the package manager of $name"; }
fail() {
  echo "$*"
  exit 1
}
fetch() { curl -fsSL --retry 3 "$1" -o "$2" || fail "Docker's repository does not give $1."; }
only_own() { [ "$from" != docker ] || fail "Docker's repository has no packages for $name, only the distribution has."; }
only_dockers() { [ "$from" != distribution ] || fail "$name has no package of Docker Engine, only Docker's repository has."; }

with_apt() {
  # Right after boot, cloud-init and unattended-upgrades hold the locks. Settings that are there already are kept, and not asked about.
  apt() { apt-get -q -y -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 -o Dpkg::Options::=--force-confold "$@"; }
  tries=0
  until apt update; do
    tries=$((tries + 1))
    [ $tries -lt 6 ]
    sleep 5
  done
  candidate() { apt-cache policy "$1" | sed -n 's/^  Candidate: *\\([0-9].*\\)/\\1/p'; }
  own=$(candidate docker.io)
  if [ "$from" != distribution ] && [ -n "$(candidate docker-ce)" ]; then
    set -- docker-ce docker-ce-cli containerd.io
  elif [ "$from" != docker ] && dpkg --compare-versions "$own" ge 20.10; then
    set -- docker.io ca-certificates
    [ -z "$(candidate docker-cli)" ] || set -- "$@" docker-cli
  elif [ "$from" = distribution ]; then
    fail "The repositories of $name that can be reached have no docker.io of 20.10 or newer, but \${own:-none}."
  else
    apt install --no-install-recommends ca-certificates curl
    mkdir -p /etc/apt/keyrings
    fetch "$site/$ID/gpg" /etc/apt/keyrings/docker.asc
    list=/etc/apt/sources.list.d/docker.list
    echo "deb [signed-by=/etc/apt/keyrings/docker.asc] $site/$ID $VERSION_CODENAME stable" >$list
    # One that cannot be read would let every later update fail.
    apt update && [ -n "$(candidate docker-ce)" ] || {
      rm $list
      fail "Docker's repository $site/$ID has no docker-ce for $VERSION_CODENAME, or cannot be read."
    }
    did "added the repository $site/$ID"
    set -- docker-ce docker-ce-cli containerd.io
  fi
  apt install --no-install-recommends "$@"
  installed "$@"
}

with_dnf() {
  dnf=dnf
  has dnf || dnf=yum
  case $ID:$from in
    fedora:docker) family=fedora ;;
    fedora:*) family= && set -- moby-engine ;;
    amzn:*) family= && only_own && set -- docker ;;
    rhel:*) family=rhel ;;
    *) family=centos ;;
  esac
  if [ -n "$family" ]; then
    only_dockers
    if ! [ -e /etc/yum.repos.d/docker-ce.repo ]; then
      fetch "$site/$family/docker-ce.repo" /etc/yum.repos.d/docker-ce.repo
      did "added the repository $site/$family"
    fi
    set -- docker-ce docker-ce-cli containerd.io
  fi
  $dnf -y install "$@"
  installed "$@"
}

if has apt-get; then with_apt
elif has dnf || has yum; then with_dnf
elif has zypper; then
  only_own
  zypper --non-interactive install docker
  installed docker
elif has apk; then
  only_own
  apk add docker
  installed docker
else
  fail 'This host has none of the package managers apt-get, dnf, yum, zypper, apk.'
fi

if ! docker info >/dev/null 2>&1; then
  if [ -d /run/systemd/system ]; then
    systemctl enable --now docker 3>&-
    did 'enabled and started docker.service'
  elif has rc-service; then
    rc-update add docker default
    rc-service docker start 3>&-
    did 'added the service docker to the default runlevel, and started it'
  else
    service docker start 3>&-
    did 'started the service docker'
  fi
fi
`;
