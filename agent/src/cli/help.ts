import { toFlag, toPhrase, toVariable } from '@trimtab/protocol/shared';
import { CONFIGURATION_FILE, ENVIRONMENT_PREFIX, SETTINGS } from '../settings.ts';
import type { HelpTopic } from './arguments.ts';
import { line, wrap } from './lines.ts';

const WIDTH = 80;
const INDENT = '      ';

/** The help of a command, with an example. */
export function formatHelp({ about }: { about: HelpTopic }): string {
  return { all: ALL, run: formatRunHelp(), visit: VISIT, join: JOIN, probe: PROBE, trim: TRIM }[about];
}

const ALL = `Trims this guest's filesystems and reports what every layer below them did.

Usage: trimtab-agent COMMAND [OPTIONS]

Commands:
  run     stay connected to the collector on the host: trim on schedule and on
          request, report
  visit   connect, say what is full, deliver, do what waits, and end
  join    join a collector, by the token of 'trimtab enroll' on the host
  probe   show what there is to trim, and what stands in the way; --explain:
          why, and how to mend it
  trim    trim now, without a collector

  trimtab-agent COMMAND --help tells more; --version tells the version.

Exit codes: 0 done, 1 error, 2 wrong usage; join, probe and trim have more of
their own, which their --help tells.

Example:
  trimtab-agent join --token-file /run/token
  trimtab-agent run
`;

function formatRunHelp(): string {
  const settings = Object.entries(SETTINGS).map(([key, setting]) => {
    const usual = setting.default === null ? '' : ` (default ${setting.default})`;
    const words = wrap(line(3, `${toPhrase(setting.describe)}${usual}`), WIDTH).map((each) =>
      each.replace(/^ +/, INDENT),
    );
    return [`  --${toFlag(key)} ${setting.placeholder}`, ...words].join('\n');
  });
  return `Stays connected to the collector on the host, trims on schedule and on request,
and reports. While the collector is away it trims on schedule all the same, and
delivers its reports later. Without a schedule, which is the default, it trims
only when the host asks.

It goes to the collectors that 'trimtab-agent join' has joined; without one, to
that of a token which was laid ready for it (docs/how-to-join.md of Trimtab). A
guest with a virtio-serial port to its host needs neither. --collector alone
leads in where the collector takes guests that have not joined.

Usage: trimtab-agent run [OPTIONS]

Options:
  --check
${INDENT}say whether it would start with these settings, and what it would do;
${INDENT}it connects to nobody, and changes nothing. All errors are told at once
  --json
${INDENT}with --check: the same as JSON
  --config PATH
${INDENT}the configuration file (default ${CONFIGURATION_FILE}, which may be
${INDENT}absent)
${settings.join('\n')}

Every option is also a key of the configuration file
(schedule = "0 3 * * 0") and an environment variable
(${toVariable({ key: 'schedule', prefix: ENVIRONMENT_PREFIX })}). A flag goes before the environment, that before the
file.

It runs until it is stopped (SIGTERM), and has --json only with --check.
Exit codes: 0 stopped, 1 error, 2 wrong usage, 3 it has joined no collector;
with --check 0 it would start, 1 it would not, 2 wrong usage, 3 as above.

Example:
  trimtab-agent run --schedule "0 3 * * 0" --time-zone Europe/Vienna
  trimtab-agent run --check
`;
}

const VISIT = `Connects to the collector on the host, says who it is and what is full, delivers
reports, does what the host asks for, trims if the schedule says so, and ends:
for guests in which nothing is to run while nothing happens. A timer starts it,
or the host, which rings when it wants something (docs/install.md of Trimtab).

Usage: trimtab-agent visit [OPTIONS]

It takes the options of 'trimtab-agent run'. Of these, 'starter' says what
starts the next visit (timer, doorman, doorbell), and 'visit-every' how soon a
timer does, so that the host knows when to expect it.

Where another agent of this guest is at work, it leaves things to that one. Where
no collector is to be had, what is to be told is kept for the next visit, and a
trim that is due is made all the same.
It has no --json.
Exit codes: 0 done, or nobody there, 1 error, 2 wrong usage.

Example:
  trimtab-agent visit --starter timer --visit-every 15m
`;

const JOIN = `Joins the collector on the host: makes a key for this guest, shows it there with
the token that 'trimtab enroll GUEST' printed on the host, and keeps what was
joined in the state directory. From then on both ends prove who they are at each
connection, and no secret goes over the wire.

A guest may join several collectors: it goes to the one whose host runs it.

Usage: trimtab-agent join [TOKEN] [OPTIONS]

Without TOKEN, or with -, the token is read from standard input, where no other
user sees it; a terminal asks for it, and does not show it.

Options:
  --token-file FILE
      read the token from there
  --show
      show what was joined, and join nothing
  --again
      join the collector of the token anew, with a new key in the place of the
      one before: where it has lost its keys or forgotten this guest. Other
      collectors stay
  --collector ADDRESS:PORT
      try this address of the collector before those of the token
  --state-directory PATH, --root PATH, --config FILE
      as of 'trimtab-agent run'
  --json
      what was joined as JSON

An agent that runs here takes it up within a minute. Where the host holds this
guest until a person decides, the token is kept, and the agent comes in then.
Exit codes: 0 joined, 1 error (no connection, a full disk), 2 wrong usage, 3 the
host refused, or it is not the host of the token, 130 interrupted (Ctrl-C).

Example:
  trimtab-agent join --token-file /run/token
`;

const PROBE = `Shows the mounted filesystems, the layers below each down to the disks, and why
one cannot be trimmed.

With --explain it says instead what in this guest loses discards or keeps them
from being sent, what proves it, and the commands that end it. It changes
nothing and needs no collector; what the host does, only 'trimtab doctor' on the
host can say.

Usage: trimtab-agent probe [--explain] [--json] [--root PATH]

Options:
  --explain     what stands between this guest's filesystems and the host, and
                how to mend it
  --json        the inventory and the identity, as the collector gets them; with
                --explain the findings as well
  --root PATH   where /proc, /sys and /etc are found (default /)

Exit codes: 0 done, 1 error, 2 wrong usage; with --explain also 1 if something
here loses or holds space (notes do not count).

Example:
  trimtab-agent probe --explain
  trimtab-agent probe --json | jq '.inventory.filesystems[] | select(.obstacle)'
`;

const TRIM = `Trims now, without a collector, and shows what fstrim said and what every layer
below was told to discard. Only the host can say what it got back: that
is what the collector is for.

Usage: trimtab-agent trim [--json] [MOUNT...]

Without MOUNT it trims every filesystem that can be.

Options:
  --json        the result, in the shape of 'trimtab trim --json'; the host's
                hops are null

Exit codes: 0 all trimmed, 1 error, 2 wrong usage, 32 none trimmed, 64 some not
trimmed.

Example:
  trimtab-agent trim /srv
`;
