/**
 * Makes a machine into what an image of many may be: without anything that names it, lets somebody
 * in, or was only needed to install the engine. To be run as root, with the user that logs in as
 * its argument; everything goes to standard error. What the next seed sets anew (user, host name,
 * network) is left to it, as far as it does not add to what there is.
 */
export const CLEAN_SCRIPT = `
set -eu
exec 1>&2 </dev/null
user=$1
has() { command -v "$1" >/dev/null 2>&1; }

# All that the engine has made so far bears its identity. It makes it anew when it is started.
if [ -d /run/systemd/system ]; then
  for unit in docker.socket docker.service containerd.service; do
    ! systemctl is-active --quiet $unit || systemctl stop $unit
  done
elif has rc-service; then rc-service docker stop
else service docker stop
fi
rm -rf /var/lib/docker/* /var/lib/containerd/* /etc/docker/key.json

# cloud-init adds keys to those that are there.
home=$(getent passwd "$user" | cut -d: -f6)
[ -n "$home" ]
rm -rf "$home/.ssh"
[ ! -e /root/.ssh/authorized_keys ] || sed -i "/ $user\\$/d" /root/.ssh/authorized_keys
rm -f /etc/ssh/ssh_host_*

rm -f /etc/netplan/50-cloud-init.yaml /etc/systemd/network/*cloud-init* /etc/network/interfaces.d/50-cloud-init* \\
  /etc/NetworkManager/system-connections/cloud-init-* /etc/udev/rules.d/*persistent-net*
cloud-init clean --logs
# Empty, not gone: a machine without one takes its boot for the first of all, and sets all its services anew.
: >/etc/machine-id
[ -L /var/lib/dbus/machine-id ] || rm -f /var/lib/dbus/machine-id
rm -rf /var/lib/systemd/random-seed /var/lib/systemd/credential.secret /var/lib/dhcp/*

if has apt-get; then
  apt-get clean
  rm -rf /var/lib/apt/lists/*
elif has dnf; then dnf clean all
elif has yum; then yum clean all
elif has zypper; then zypper clean --all
elif has apk; then rm -rf /var/cache/apk/*
fi
rm -rf /var/log/journal/* /tmp/* /var/tmp/*
find /var/log -type f -exec truncate -s 0 {} +
sync
# What was removed is not to be found in the image, and takes no room there. A file system without discards keeps its blocks.
! has fstrim || fstrim / || true
sync
`;
