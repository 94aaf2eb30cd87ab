#!/bin/sh
# Debian's qemu-ga, started as its unit starts it: once udev has named its port. Arguments are its own. A rule of udev
# that names a group or a program that this guest does not have is told of on stderr, and is of no matter here.
ln -sfn /run /var/run
if [ ! -e /run/udev/control ]; then
  /usr/lib/systemd/systemd-udevd --daemon
  udevadm trigger --action=add --subsystem-match=virtio-ports --subsystem-match=block
  udevadm settle
fi
exec qemu-ga "$@"
