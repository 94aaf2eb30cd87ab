#!/bin/sh
# Stands in for the program of this name on the PATH of trimtab.service, which has it run as root.
exec /usr/lib/trimtab/node /usr/lib/trimtab/ask-storage.mjs "${0##*/}"
