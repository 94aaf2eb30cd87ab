#!/bin/sh
# write-beside DISK FILE MIBS: waits for the first discard on the disk, then writes the file, past the page cache.
stat=/sys/block/$1/stat file=$2 mibs=$3

# Field 12 counts the discards, Documentation/block/stat.rst. Without a fork: it is an emulated processor.
count_discards() {
  read -r line <"$stat"
  set -- $line
  discards=${12}
}
count_discards
from=$discards
until [ "$discards" != "$from" ]; do
  busybox usleep 5000
  count_discards
done
exec dd if=/dev/shm/data of="$file" bs=1M count="$mibs" oflag=direct conv=fsync status=none
