export type ErrorStatus = 400 | 401 | 403 | 404 | 409 | 413 | 429 | 500;

export interface FaultCode {
  /**
   * Of the answer that carries it; null for what no answer carries: the command says it, or `trimtab serve` when it
   * cannot start.
   */
  readonly status: ErrorStatus | null;
  /** For people: what has happened, true of every case. */
  readonly meaning: string;
}

/** The codes of what is asked for wrongly, does not exist, or cannot be done as things are. */
const ASKED = {
  'bad-request': { status: 400, meaning: 'The query or the body is not what the route asks for.' },
  'too-large': { status: 413, meaning: 'The body of the request is over 64 KiB.' },
  'foreign-request': {
    status: 403,
    meaning: 'On TCP, the request came for another name than this host’s own, or from a page of elsewhere.',
  },
  'no-token': { status: 401, meaning: 'On TCP, the request bears no token of the API.' },
  'wrong-token': {
    status: 401,
    meaning: 'On TCP, the request bears a token that this host has not made, or has revoked.',
  },
  'token-over': { status: 401, meaning: 'The time of the token that the request bears is over.' },
  'scope-too-small': { status: 403, meaning: 'The token that the request bears is not for what it asks.' },
  'too-many-wrong-tokens': {
    status: 429,
    meaning: 'So many wrong tokens come on TCP that only those that were good of late are looked for.',
  },
  'unknown-route': { status: 404, meaning: 'The API has nothing under this method and path.' },
  'unknown-guest': { status: 404, meaning: 'No guest of this host has this name or id.' },
  'unknown-pool': { status: 404, meaning: 'No pool of this host has this key.' },
  'guest-elsewhere': { status: 404, meaning: 'The guest has no image of its own in this pool.' },
  'unknown-mount': { status: 404, meaning: 'The guest has announced no such mount.' },
  'unknown-disk': { status: 404, meaning: 'The guest has no such disk on this host.' },
  'unknown-trim': { status: 404, meaning: 'No trim with this id is stored.' },
  'unknown-request': { status: 404, meaning: 'The collector knows no request with this id.' },
  'unknown-alert': { status: 404, meaning: 'No alert that fires has this id.' },
  'unknown-silence': { status: 404, meaning: 'No silence has this pattern or id.' },
  'ambiguous-alert': { status: 409, meaning: 'The ids of several alerts begin so.' },
  'ambiguous-silence': { status: 409, meaning: 'The ids of several silences begin so.' },
  'too-many-silences': { status: 409, meaning: 'As many silences as this host keeps have not ended yet.' },
  'unknown-sender': { status: 404, meaning: 'No [[notify]] of the configuration has this name.' },
  'ambiguous-guest': { status: 409, meaning: 'Several guests have this name or id.' },
  'ambiguous-trim': { status: 409, meaning: 'The ids of several trims begin so.' },
  'ambiguous-disk': { status: 409, meaning: 'Several disks of the guest have this name.' },
  'never-here': { status: 409, meaning: 'No agent has ever connected from this guest, so that nothing of it is kept.' },
  'bad-name': { status: 400, meaning: 'A guest cannot be called so.' },
  'name-taken': { status: 409, meaning: 'Another guest of this host is called so.' },
  'no-key': { status: 409, meaning: 'The guest has no key to which that could be done.' },
  'no-address': { status: 409, meaning: 'This host has no address at which a guest could find the collector.' },
  'unknown-enrolment': { status: 404, meaning: 'No token that still lets guests in has this id.' },
  'unknown-held': { status: 404, meaning: 'Nobody is held who has this id or calls itself so.' },
  'ambiguous-held': { status: 409, meaning: 'Several that are held call themselves so.' },
  'unknown-token': { status: 404, meaning: 'No token of the API has this name.' },
  'token-exists': { status: 409, meaning: 'A token of the API has this name already.' },
  'guest-off': { status: 409, meaning: 'The guest is powered off, so nobody can ask it to trim.' },
  'no-visit': { status: null, meaning: 'The guest, whose agent visits, has not come in time to be asked.' },
  'no-agent': { status: 409, meaning: 'No agent of the guest is connected, so nobody can ask it to trim.' },
  'guest-agent-no-uuid': {
    status: 409,
    meaning: 'The QEMU of the guest was started without a UUID, so that it would not be known again.',
  },
  'whole-guest-only': { status: 409, meaning: 'The qemu-guest-agent trims all that is mounted, and no part of it.' },
  'cannot-cancel': { status: 409, meaning: 'The qemu-guest-agent carries the trim out, and nobody can stop that.' },
  'guest-agent-off': { status: 409, meaning: 'The guest is off or paused, so its qemu-guest-agent cannot answer.' },
  'guest-agent-absent': { status: 409, meaning: 'The guest has no channel for a qemu-guest-agent.' },
  'guest-agent-not-running': { status: 409, meaning: 'No qemu-guest-agent runs in the guest.' },
  'guest-agent-busy': { status: 409, meaning: 'Somebody else talks to the qemu-guest-agent, or it trims already.' },
  'guest-agent-frozen': {
    status: 409,
    meaning:
      'The filesystems of the guest are frozen, and its qemu-guest-agent does nothing else until they are thawed.',
  },
  'guest-agent-forbids': { status: 409, meaning: 'The qemu-guest-agent may not do what it was asked to, or cannot.' },
  'guest-connected': { status: 409, meaning: 'The agent of the guest is connected, so that it cannot be forgotten.' },
  'nothing-to-forget': {
    status: 409,
    meaning: 'Nothing of this guest is stored: no agent has ever connected from it.',
  },
  'nothing-to-repair': { status: 409, meaning: 'Every node of the disk passes discards on already.' },
  'cannot-repair': { status: 409, meaning: 'A live repair does not help this disk.' },
  'operators-key': { status: 409, meaning: 'The key of this collector is the operator’s, who alone changes it.' },
  'too-many-keys': { status: 409, meaning: 'The key of this collector was changed as often as agents can follow.' },
  'bad-saved-keys': { status: 400, meaning: 'What is to be restored are no keys that were saved.' },
  'would-taint': { status: 409, meaning: 'libvirt would call the domain tainted, and nobody has agreed to that.' },
} as const satisfies Record<string, FaultCode>;

/** The codes of what failed on this host while it was done. */
const FAILED = {
  'host-keys-not-kept': { status: 500, meaning: 'The keys of this collector cannot be kept in the state directory.' },
  internal: { status: 500, meaning: 'An unexpected error; the log of the collector has it.' },
  'repair-stopped': {
    status: 500,
    meaning: 'A repair met something unexpected and stopped; the cause says what was reopened.',
  },
  'host-silent': { status: 500, meaning: 'Something of this host hangs, and it was not read in time.' },
  'qmp-busy': { status: 500, meaning: 'Another program holds the monitor of this QEMU.' },
  'qmp-gone': {
    status: 500,
    meaning: 'The monitor of this QEMU is gone: the guest stopped, or its socket was removed.',
  },
  'qmp-silent': { status: 500, meaning: 'QEMU did not answer in time.' },
  'qmp-error': { status: 500, meaning: 'QEMU answered with an error.' },
  'qmp-refused': { status: 500, meaning: 'The collector asks QEMU queries only, and this command is not one.' },
  'no-virsh': { status: 500, meaning: 'There is no virsh on this host, so libvirt cannot be asked.' },
  'no-libvirt': { status: 500, meaning: 'virsh could not connect to libvirt, so that nothing was asked of it.' },
  'virsh-failed': { status: 500, meaning: 'virsh could not be run, or said no.' },
  'virsh-silent': { status: 500, meaning: 'virsh did not answer in time.' },
  'no-qm': { status: 500, meaning: 'There is no qm on this host, so Proxmox VE cannot be asked.' },
  'guest-agent-denied': {
    status: 500,
    meaning: 'The collector may not use the channel of the qemu-guest-agent.',
  },
  'guest-agent-silent': {
    status: 500,
    meaning: 'The qemu-guest-agent did not answer, so that it was asked for nothing.',
  },
  'guest-agent-late': {
    status: 500,
    meaning: 'The qemu-guest-agent did not answer in time; what it was asked to do it may do yet.',
  },
  'guest-agent-gone': { status: 500, meaning: 'The qemu-guest-agent, or its guest, went away in the middle.' },
  'guest-agent-error': {
    status: 500,
    meaning: 'The qemu-guest-agent answered with an error, or with what is no answer.',
  },
  'image-gone': { status: 500, meaning: 'There is no image at this path.' },
  'no-qemu-img': { status: 500, meaning: 'There is no qemu-img on this host, and the format of the image needs it.' },
  'image-unreadable': { status: 500, meaning: 'The image cannot be read.' },
  'unsafe-image': {
    status: 500,
    meaning: 'The image is not opened, since what it names may not be opened for a guest.',
  },
  'no-image': { status: 500, meaning: 'What is there is neither a regular file nor a block device.' },
  'bad-image-path': { status: 500, meaning: 'No image of this host can have such a path.' },
  'store-busy': { status: 500, meaning: 'Another process holds the database, or keeps its server busy.' },
  'store-away': { status: 500, meaning: 'The PostgreSQL server of the database cannot be reached now.' },
  'store-denied': { status: 500, meaning: 'The PostgreSQL server does not let the collector use the database.' },
  'notice-unreachable': { status: 500, meaning: 'A receiver of notices cannot be reached, or did not answer in time.' },
  'notice-denied': { status: 500, meaning: 'A receiver of notices did not take the token, or the user and password.' },
  'notice-refused': { status: 500, meaning: 'A receiver of notices says that it does not take this one.' },
  'notice-failed': { status: 500, meaning: 'A receiver of notices, or the command that tells them, failed.' },
  'store-not-writable': { status: 500, meaning: 'The database or its folder cannot be written.' },
  'store-io': { status: 500, meaning: 'The disk below the database has a problem.' },
  'store-corrupt': { status: 500, meaning: 'The file is a damaged database, or not a database.' },
  'store-full': { status: 500, meaning: 'The filesystem that holds the database is full.' },
  'store-error': { status: 500, meaning: 'The database answered with an error.' },
} as const satisfies Record<string, FaultCode>;

/**
 * The reasons of a refused request (`problem` of the event `refused`) that the collector gives itself; a guest gives
 * others.
 */
const REFUSED = {
  'no-answer': { status: null, meaning: 'The agent has neither begun nor refused within 60 s of being asked.' },
  'guest-left': {
    status: null,
    meaning:
      'The connection to the agent ended before its trim did; the agent may trim on, and tells how it went later.',
  },
  'guest-started-anew': {
    status: null,
    meaning: 'The guest was started anew before its trim was allowed to begin; nothing was trimmed.',
  },
  'trim-unheard-of': {
    status: null,
    meaning: 'The agent was away, is back, and said nothing of this trim for two minutes: it may not know of it.',
  },
  busy: { status: null, meaning: 'A trim of this guest is under way, and it does one at a time.' },
  cancelled: { status: null, meaning: 'The trim was called off before its guest was asked to begin.' },
  'collector-started-anew': {
    status: null,
    meaning:
      'The collector was started anew, and has no result of a trim through qemu-guest-agent. The cause says whether that was asked to begin: if not, nothing was trimmed.',
  },
  forgotten: { status: null, meaning: 'So many newer requests came that this one is no longer followed.' },
} as const satisfies Record<string, FaultCode>;

/** What `trimtab serve` says when it cannot start, and `export` and `import` of its database. */
const NOT_STARTED = {
  'no-configuration': { status: null, meaning: 'The configuration file that was named cannot be read.' },
  'bad-configuration': { status: null, meaning: 'The configuration file is not TOML.' },
  'bad-setting': { status: null, meaning: 'A setting has a value that it cannot have.' },
  'bad-guest-entry': {
    status: null,
    meaning: 'A [[guest]] of the configuration has a key or a value that it cannot have.',
  },
  'bad-notify-entry': {
    status: null,
    meaning:
      'A [[notify]] of the configuration has a key or a value that it cannot have, or a secret that cannot be read.',
  },
  'already-running': { status: null, meaning: 'Another collector answers on this socket.' },
  'bad-socket': { status: null, meaning: 'The socket cannot be made.' },
  'cannot-listen': { status: null, meaning: 'The address or path cannot be listened on.' },
  'host-id-damaged': { status: null, meaning: 'The file that keeps the id of this host holds something else.' },
  'host-id-not-kept': { status: null, meaning: 'The id of this host cannot be kept in the state directory.' },
  'host-keys-damaged': {
    status: null,
    meaning: 'The file that keeps the keys of this collector holds something else.',
  },
  'host-keys-exposed': {
    status: null,
    meaning: 'Others than the collector’s own user could change the file that keeps its keys, or it is another’s.',
  },
  'bad-certificate': {
    status: null,
    meaning: 'The certificate of the settings, or its key, cannot be read or used, or they do not belong together.',
  },
  'store-other-host': { status: null, meaning: 'The database belongs to another host.' },
  'store-newer': { status: null, meaning: 'The database was written by a newer version.' },
  'store-migration': { status: null, meaning: 'The database could not be brought to this version.' },
} as const satisfies Record<string, FaultCode>;

/** What a command says by itself. */
const COMMAND = {
  'no-collector': { status: null, meaning: 'Nobody answers on the socket of the collector.' },
  'no-access': { status: null, meaning: 'This user may not use the socket of the collector.' },
  'bad-api': {
    status: null,
    meaning: 'Where the API is to be asked on TCP cannot be used: its URL, its token, its pin or its certificate.',
  },
  'wrong-api-key': {
    status: null,
    meaning: 'What answers at the URL of the API proves another key than the one expected.',
  },
  'collector-gone': { status: null, meaning: 'The collector ended the connection, or stayed away too long.' },
  'bad-answer': { status: null, meaning: 'What answered is no collector, or one of another version.' },
  'no-filesystem': { status: null, meaning: 'No filesystem that can be trimmed is on the repaired disk.' },
  'unreadable-file': { status: null, meaning: 'A file that was named cannot be read, or is no regular file.' },
  'no-keys': { status: null, meaning: 'There are no keys of this collector to save.' },
  'keys-not-saved': { status: null, meaning: 'The file of the keys could not be written.' },
  'no-history': { status: null, meaning: 'There is no history of this host to export.' },
  'store-older': { status: null, meaning: 'The database is not in the form of this version yet.' },
  'bad-history': { status: null, meaning: 'The file to import is no history, is damaged, or is of another version.' },
  'history-not-empty': { status: null, meaning: 'A history is imported into an empty one only.' },
  'bad-series': { status: null, meaning: 'A series of levels to forecast is not rows of a day and its level.' },
  'wrong-usage': { status: null, meaning: 'The command line is not what the command asks for.' },
  interrupted: { status: null, meaning: 'Ctrl-C ended the command.' },
  left: { status: null, meaning: 'The result of a trim was not waited for.' },
  'not-written': { status: null, meaning: 'The answer could not be written to where the output of the command leads.' },
} as const satisfies Record<string, FaultCode>;

/** Every code that an error of the collector can bear: docs/errors.md is made of it. */
export const FAULT_CODES = { ASKED, FAILED, REFUSED, NOT_STARTED, COMMAND } as const;

/** The status of an answer that carries an error of this code. */
export function codeToStatus(code: string): ErrorStatus {
  return STATUS_OF.get(code) ?? 500;
}

const STATUS_OF: ReadonlyMap<string, ErrorStatus | null> = new Map(
  Object.values(FAULT_CODES).flatMap((codes) =>
    Object.entries<FaultCode>(codes).map(([code, { status }]) => [code, status] as const),
  ),
);
