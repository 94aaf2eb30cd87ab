#!/bin/sh
# PID 1 of a process namespace of its own, in a mount namespace of its own: libvirt's folders are laid over the machine's in memory,
# so that a libvirt of this machine is neither seen nor disturbed, and everything is gone with this process. $1: a folder that both
# sides see, with libvirtd.conf and qemu.conf; its `layer` is an empty folder.
set -e
folder=$1
mount -t tmpfs tmpfs "$folder/layer"
for at in etc var/lib var/log var/cache; do
  mkdir -p "$folder/layer/$at/upper" "$folder/layer/$at/work"
  mount -t overlay -o "lowerdir=/$at,upperdir=$folder/layer/$at/upper,workdir=$folder/layer/$at/work" overlay "/$at"
done
mount -t tmpfs -o mode=755 tmpfs /run
rm -rf /etc/libvirt /var/lib/libvirt /var/log/libvirt /var/cache/libvirt
mkdir -p /run/lock /etc/libvirt /var/log/libvirt /var/cache/libvirt
cp "$folder/qemu.conf" /etc/libvirt
# libvirt looks them up even where qemu.conf names others; its package makes them.
grep -q ^libvirt-qemu: /etc/passwd || echo 'libvirt-qemu:x:64055:64055::/nonexistent:/bin/false' >>/etc/passwd
grep -q ^libvirt-qemu: /etc/group || echo 'libvirt-qemu:x:64055:' >>/etc/group
virtlogd --daemon
trap 'exit 0' TERM
while :; do
  # Restarted when it ends, unless a file says that it shall stay away.
  [ -e "$folder/away" ] || libvirtd --config "$folder/libvirtd.conf" >>"$folder/libvirtd.out" 2>&1 || true
  sleep 0.2
done
