#!/bin/sh
exec /usr/lib/trimtab/node /usr/lib/trimtab/trimtab.mjs "$@"
