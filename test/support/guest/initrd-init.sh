#!/bin/sh
# PID 1 of the initrd: loads the drivers, lays a tmpfs over the read-only root image, copies the files a test brought, and hands over.
export PATH=/bin
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev

# What modprobe does and insmod does not: a module's options (scsi_mod.scan=manual) are taken from the kernel's command line.
while read -r module; do
  name=${module##*/}
  name=${name%.ko}
  options=
  for word in $(/bin/busybox cat /proc/cmdline); do
    case $word in "$name".*) options="$options ${word#*.}" ;; esac
  done
  # Unquoted: each option is a word of its own.
  /bin/busybox insmod "/$module" $options || echo "initrd: cannot load $module"
done </early-modules

# The letter depends on how many disks there are; the serial does not. virtio-blk is probed in the background.
root=
tries=0
while [ -z "$root" ] && [ $tries -lt 200 ]; do
  for disk in /sys/block/vd*; do
    if [ "$(/bin/busybox cat "$disk/serial" 2>/dev/null)" = trimtab-root ]; then root=/dev/${disk##*/}; fi
  done
  [ -n "$root" ] || { tries=$((tries + 1)); /bin/busybox usleep 50000; }
done
[ -n "$root" ] || { echo 'initrd: no disk with serial trimtab-root'; exec /bin/busybox sleep 1000000; }

/bin/busybox mkdir -p /image /layer /root
/bin/busybox mount -t squashfs -o ro "$root" /image
/bin/busybox mount -t tmpfs -o size=75% tmpfs /layer
/bin/busybox mkdir /layer/upper /layer/work
/bin/busybox mount -t overlay -o lowerdir=/image,upperdir=/layer/upper,workdir=/layer/work overlay /root
# Through the overlay and entry by entry: a directory of the image that is a link (/bin, /lib) stays one.
(cd /overlay && /bin/busybox tar cf - .) | (cd /root && /bin/busybox tar xf -)

/bin/busybox mount --move /proc /root/proc
/bin/busybox mount --move /sys /root/sys
/bin/busybox mount --move /dev /root/dev
exec /bin/busybox switch_root /root /usr/lib/trimtab-test/init
