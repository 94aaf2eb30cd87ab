#!/bin/sh
# A guest that plays the host: an LVM thin pool on /dev/vda, and a thin volume of it as an NVMe disk of this same kernel
# (nvmet over TCP on 127.0.0.1). The disk is real, with a serial and a size of its own, and what is discarded on it goes
# through the kernel's NVMe target into the thin volume, as it would go through QEMU on a host with KVM.
# The kernel's command line needs nvme_core.multipath=N: the head of a multipath disk counts no discards (Linux 6.1). Why
# the others: test/system/thin-pool.test.ts.
# usage: thin-host POOL-OPTIONS...
set -e
modprobe dm_thin_pool
pvcreate -q /dev/vda
vgcreate -q vg-0 /dev/vda
lvcreate -q --type thin-pool -L 1G -c 64k -n pool-a "$@" vg-0
lvcreate -q -V 2G --thinpool pool-a -n thin-1 vg-0
lvcreate -q -V 512M --thinpool pool-a -n thin-2 vg-0
lvcreate -q -L 512M -n thick vg-0

modprobe nvmet-tcp
modprobe nvme-tcp
mount -t configfs none /sys/kernel/config

# export NAME VOLUME PORT: the volume as a disk with NAME for its serial.
export_volume() {
  cd /sys/kernel/config/nvmet
  mkdir "subsystems/$1" "subsystems/$1/namespaces/1" "ports/$3"
  echo 1 >"subsystems/$1/attr_allow_any_host"
  echo "$1" >"subsystems/$1/attr_serial"
  printf %s "$2" >"subsystems/$1/namespaces/1/device_path"
  echo 1 >"subsystems/$1/namespaces/1/enable"
  echo 127.0.0.1 >"ports/$3/addr_traddr"
  echo tcp >"ports/$3/addr_trtype"
  echo ipv4 >"ports/$3/addr_adrfam"
  echo "442$3" >"ports/$3/addr_trsvcid"
  ln -s "/sys/kernel/config/nvmet/subsystems/$1" "ports/$3/subsystems/$1"
  echo "transport=tcp,traddr=127.0.0.1,trsvcid=442$3,nqn=$1,keep_alive_tmo=300" >/dev/nvme-fabrics
}
export_volume web1-thin /dev/vg-0/thin-1 1
export_volume web1-thick /dev/vg-0/thick 2

for disk in nvme0n1 nvme1n1; do
  tries=0
  until [ -b "/dev/$disk" ]; do
    tries=$((tries + 1))
    [ "$tries" -lt 50 ] || { echo "no /dev/$disk" >&2; exit 1; }
    sleep 0.1
  done
  mkfs.ext4 -q -E nodiscard,lazy_itable_init=1 "/dev/$disk"
  mkdir -p "/mnt/$disk"
  mount -o noinit_itable "/dev/$disk" "/mnt/$disk"
done
