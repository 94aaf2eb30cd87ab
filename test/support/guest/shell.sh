#!/bin/sh
# The tests' own shell into the guest, over a virtio-serial port. A line in: `<id> <base64 of a command>`; a line out:
# `<id> <exit code> <base64 of stdout> <base64 of stderr>`. Commands run side by side; answers are whole lines, in any order.
port=
until [ -n "$port" ]; do
  for each in /sys/class/virtio-ports/*; do
    [ "$(cat "$each/name" 2>/dev/null)" = trimtab.test.shell ] && port=/dev/${each##*/}
  done
  [ -n "$port" ] || sleep 0.05
done

mkdir -p /run/shell
exec 3<>"$port"

answer() {
  work=/run/shell/$1
  printf %s "$2" | base64 -d >"$work.command"
  # The port is closed for the command: a daemon it starts must not keep it.
  (cd /root && exec sh "$work.command" </dev/null >"$work.out" 2>"$work.err" 3>&-)
  code=$?
  {
    flock 9
    {
      printf '%s %s ' "$1" "$code"
      base64 -w 0 "$work.out"
      printf ' '
      base64 -w 0 "$work.err"
      echo
    } >&3
  } 9>/run/shell/lock
  rm -f "$work.command" "$work.out" "$work.err"
}

# No host at the other end reads as end of file at once.
while :; do
  while read -r id command <&3; do
    answer "$id" "$command" &
  done
  sleep 0.2
done
