#!/bin/sh
# write-beside DISK FILE MIBS: waits for the first discard on the disk, then writes the file, past the page cache.
# /run/write-beside is there as soon as it would notice one.
stat=/sys/block/$1/stat file=$2 mibs=$3

# Field 12 counts the discards, Documentation/block/stat.rst. Without a fork: it is an emulated processor.
count_discards() {
  read -r line <"$stat"
  set -- $line
  discards=${12}
}
count_discards
from=$discards
: >/run/write-beside
tries=0
until [ "$discards" != "$from" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 3000 ] || { echo "no discard came on $stat" >&2; exit 1; }
  # Each look is a process on the only processor, which the agent needs that is to send the discard.
  busybox usleep 40000
  count_discards
done
exec dd if=/dev/shm/data of="$file" bs=1M count="$mibs" oflag=direct conv=fsync status=none
