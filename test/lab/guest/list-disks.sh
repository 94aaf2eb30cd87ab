#!/bin/sh
# list-disks: a line a disk, `<name> <serial>`. virtio-blk, NVMe and SCSI (page 0x80, after a header of four bytes) each say it elsewhere.
for block in /sys/block/*; do
  for file in serial device/serial device/vpd_pg80; do
    [ -e "$block/$file" ] || continue
    echo "${block##*/} $(tr -dc 'a-z0-9-' <"$block/$file")"
    break
  done
done
