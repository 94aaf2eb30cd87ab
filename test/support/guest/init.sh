#!/bin/sh
# PID 1 of a guest for tests. Its word on the command line is trimtab.uuid= and trimtab.name=; its programs come in as files.
export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb LANG=C.UTF-8
# No udev here: device-mapper makes its own nodes and waits for nobody.
export DM_DISABLE_UDEV=1

here=/usr/lib/trimtab-test
mkdir -p /dev/pts /dev/shm
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=1777 tmpfs /dev/shm
mount -t tmpfs -o mode=755 tmpfs /run
mount -t tmpfs -o mode=1777 tmpfs /tmp
mkdir -p /run/lock /run/lvm /run/cryptsetup
ln -s /proc/self/fd /dev/fd
# What udev makes from modules.devname: opening one of these loads its module.
mkdir -p /dev/mapper
mknod /dev/mapper/control c 10 236
mknod /dev/loop-control c 10 237
mknod /dev/btrfs-control c 10 234
ln -s /proc/mounts /etc/mtab

name=guest uuid= scsi=0
for word in $(cat /proc/cmdline); do
  case $word in
    trimtab.name=*) name=${word#*=} ;;
    trimtab.uuid=*) uuid=${word#*=} ;;
    trimtab.scsi=*) scsi=${word#*=} ;;
  esac
done
hostname "$name"
echo "$name" >/etc/hostname
echo "$uuid" | tr -d - >/etc/machine-id

# One disk after the other (the kernel was told to look for none by itself): sd probes in the background, and under load it would be
# chance which disk is sda. What sits elsewhere than the first targets comes last.
for host in /sys/class/scsi_host/host*; do
  [ "$(cat "$host/proc_name" 2>/dev/null)" = virtio_scsi ] || continue
  target=0
  while [ $target -lt "$scsi" ]; do
    echo "0 $target 0" >"$host/scan"
    found=/sys/class/scsi_device/${host##*/host}:0:$target:0/device
    while [ -e "$found" ] && [ ! -e "$found/block" ]; do busybox usleep 10000; done
    target=$((target + 1))
  done
  echo '- - -' >"$host/scan"
done
# What is plugged in later, the kernel finds by itself again.
scan=/sys/module/scsi_mod/parameters/scan
[ "$(cat $scan)" = manual ] && echo sync >$scan

ip link set lo up
if [ -e /sys/class/net/eth0 ]; then
  ip address add 10.0.2.15/24 dev eth0
  ip link set eth0 up
  ip route add default via 10.0.2.2
fi

trap 'exec busybox poweroff -f' USR1 USR2
trap 'exec busybox reboot -f' TERM

# The shell first: it is what the host waits for.
(while :; do
  sh "$here/shell" || echo "shell ended: $?"
  sleep 1
done >>/run/shell.log 2>&1) &

: >/run/boot.log
if [ -e "$here/on-boot" ]; then
  while IFS= read -r line; do
    sh -c "$line" </dev/null >>/run/boot.log 2>&1 &
  done <"$here/on-boot"
fi

# The shell above never ends, so this waits for ever, and reaps whatever orphans come its way.
while :; do wait; done
