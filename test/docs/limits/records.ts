import { KNOWN_TOKENS, WRONG_TOKENS } from '../../../collector/src/api/authorise.ts';
import { MOST_NAMED } from '../../../collector/src/api/inputs.ts';
import { BODY_LIMIT_BYTES } from '../../../collector/src/api/limit-body.ts';
import { MOST_WAITING_LOG_BYTES } from '../../../collector/src/compose/logger.ts';
import { PATIENCE_MS } from '../../../collector/src/compose/watch-request.ts';
import { TRIMS_READ } from '../../../collector/src/diagnose/past-trims.ts';
import { PATIENCE, TCP_CONNECTIONS } from '../../../collector/src/io/api-server.ts';
import { MOST_LINE_CHARACTERS } from '../../../collector/src/io/history-lines.ts';
import {
  CONNECT_LIMIT_MS,
  LOCK_LIMIT_MS,
  SILENCE_LIMIT_MS,
  STATEMENT_LIMIT_MS,
} from '../../../collector/src/io/postgres/address.ts';
import { AWAY_MS } from '../../../collector/src/io/postgres/attempts.ts';
import { READERS_LIMIT } from '../../../collector/src/io/postgres/open-postgres.ts';
import { PAGES_AT_ONCE } from '../../../collector/src/io/shrink-file.ts';
import { BUSY_TIMEOUT_MS, LOG_KEPT_BYTES } from '../../../collector/src/io/sqlite.ts';
import { PREPARED_KEPT } from '../../../collector/src/io/sqlite-query.ts';
import { LOCK_PATIENCE_MS } from '../../../collector/src/io/state-lock.ts';
import { DEEDS_KEPT } from '../../../collector/src/model/deed.ts';
import { LONGEST_OVERLAP_MS, LONGEST_TTL_MS, MOST_USES } from '../../../collector/src/model/enrolment.ts';
import { MOST_DAYS } from '../../../collector/src/model/report-since.ts';
import { TRIMS_KEPT } from '../../../collector/src/model/trim-result.ts';
import { PARTS_TOLD_BYTES } from '../../../collector/src/model/trim-summary.ts';
import { ENROLMENTS_KEPT } from '../../../collector/src/ports/store/enrolments.ts';
import { HELD_KEPT } from '../../../collector/src/ports/store/guest-keys.ts';
import { STRANGERS_KEPT } from '../../../collector/src/ports/store/guests.ts';
import { PAGE_BYTES as CUT_BYTES, PAGE_TRIMS } from '../../../collector/src/store/cut-page.ts';
import { FORGOTTEN_AT_ONCE } from '../../../collector/src/store/forget-strangers.ts';
import { GUEST_PART, STRANGERS_PART } from '../../../collector/src/store/keep-bounds.ts';
import { PAGE_BYTES } from '../../../collector/src/store/list-trims.ts';
import { OPEN_TRIMS_KEPT } from '../../../collector/src/store/open-trims.ts';
import { NAME_BYTES, SERIES_KEPT } from '../../../collector/src/store/samples/bound-series.ts';
import { PAGE_ROWS } from '../../../collector/src/store/samples/prune.ts';
import { constant, type LimitSection, setting } from './limit.ts';

export const RECORDS: LimitSection = {
  title: 'What is stored and told',
  said: 'The database of a host, and the API over it.',
  limits: [
    constant({
      what: 'guests that no hypervisor of this host was ever seen to know',
      file: 'collector/src/ports/store/guests.ts',
      constants: { STRANGERS_KEPT },
      atIt: 'those go that never had a trim, then those that were seen longest ago, with all that is kept of them',
    }),
    constant({
      what: 'guests that are forgotten at once for it',
      file: 'collector/src/store/forget-strangers.ts',
      constants: { FORGOTTEN_AT_ONCE },
      atIt: 'the others go when the next new guest comes',
    }),
    constant({
      what: 'tokens by which guests join that let in nobody any more',
      file: 'collector/src/ports/store/enrolments.ts',
      constants: { ENROLMENTS_KEPT },
      atIt: 'the oldest goes; who shows it is told that it never was',
    }),
    constant({
      what: 'guests that one such token may let in, and the time for which a token or an overlap of keys may be good',
      file: 'collector/src/model/enrolment.ts',
      constants: { MOST_USES, LONGEST_TTL_MS, LONGEST_OVERLAP_MS },
      atIt: 'refused',
    }),
    constant({
      what: 'guests that are held as possible copies of others, beside those that a person has approved',
      file: 'collector/src/ports/store/guest-keys.ts',
      constants: { HELD_KEPT },
      atIt: 'the one seen longest ago goes, and is held anew when it comes',
    }),
    constant({
      what: 'what people had done, in the record of who they were',
      file: 'collector/src/model/deed.ts',
      constants: { DEEDS_KEPT },
      atIt: 'the oldest goes',
    }),
    setting({
      what: 'stored trims together, by the room they take in the file; while trims of strangers lie among those of others, the file may be twice as large',
      setting: 'history',
      atIt: 'strangers’ trims go first, the oldest before others; the newest of each disk of a known guest stays',
    }),
    constant({
      what: 'of these, one part in so many: what one guest may have, and what strangers may have together',
      file: 'collector/src/store/keep-bounds.ts',
      constants: { GUEST_PART, STRANGERS_PART },
      atIt: 'the oldest trims of that guest, or of strangers, go',
    }),
    constant({
      what: 'trims that one transaction lets go: so many, or those of so many bytes',
      file: 'collector/src/store/cut-page.ts',
      constants: { PAGE_TRIMS, PAGE_BYTES: CUT_BYTES },
      atIt: 'others have their turn, then the next go; the log has one line for all of them',
    }),
    constant({
      what: 'pages of the file (4 KiB) that are given back at once',
      file: 'collector/src/io/shrink-file.ts',
      constants: { PAGES_AT_ONCE },
      atIt: 'others have their turn, then the next are given back',
    }),
    setting({
      what: 'time for which each sample of a pool, an image or a filesystem is kept: so many days on which something was sampled',
      setting: 'keepSamples',
      atIt: 'the first that were stored go; their hours and days are kept',
    }),
    setting({ what: 'the same of hours', setting: 'keepHours', atIt: 'the first that were stored go' }),
    setting({
      what: 'the same of days',
      setting: 'keepDays',
      atIt: 'the first that were stored go, and with the last of a pool, an image or a filesystem all that is known of it',
    }),
    constant({
      what: 'pools, images or filesystems whose levels are kept, of each',
      file: 'collector/src/store/samples/bound-series.ts',
      constants: { SERIES_KEPT },
      atIt: 'those go that were sampled longest ago, but none of the last two days; else nothing is kept of new ones, and the log says so',
    }),
    constant({
      what: 'the name of one of them: the key of a pool, the path of an image, the guest and the mount of a filesystem',
      file: 'collector/src/store/samples/bound-series.ts',
      constants: { NAME_BYTES },
      atIt: 'nothing is kept of it, and the log says so once',
    }),
    constant({
      what: 'samples, hours or days that one transaction lets go, by and large',
      file: 'collector/src/store/samples/prune.ts',
      constants: { PAGE_ROWS },
      atIt: 'others have their turn, then the next go',
    }),
    constant({
      what: 'filesystems and disks of a trim in a list',
      file: 'collector/src/model/trim-summary.ts',
      constants: { PARTS_TOLD_BYTES },
      atIt: 'the list leaves them out (null); the trim itself has them',
    }),
    constant({
      what: 'an answer with trims',
      file: 'collector/src/store/list-trims.ts',
      constants: { PAGE_BYTES },
      atIt: 'it ends there, and says how to ask for the older ones',
    }),
    constant({
      what: 'trims of a guest, and trims in one answer',
      file: 'collector/src/model/trim-result.ts',
      constants: { TRIMS_KEPT },
      atIt: 'the oldest goes',
    }),
    constant({
      what: 'days that a report may go back',
      file: 'collector/src/model/report-since.ts',
      constants: { MOST_DAYS },
      atIt: 'refused',
    }),
    constant({
      what: 'trims of a guest that were granted and not reported',
      file: 'collector/src/store/open-trims.ts',
      constants: { OPEN_TRIMS_KEPT },
      atIt: 'the oldest goes; its report is judged without samples',
    }),
    constant({
      what: 'earlier trims that a verdict looks at',
      file: 'collector/src/diagnose/past-trims.ts',
      constants: { TRIMS_READ },
      atIt: 'older ones say nothing of the path of today',
    }),
    constant({
      what: 'time for another program to let go of the database; the database’s log (`-wal`) between two uses',
      file: 'collector/src/io/sqlite.ts',
      constants: { BUSY_TIMEOUT_MS, LOG_KEPT_BYTES },
      atIt: 'what was to be stored has failed, and its guest sends it again; the log is cut to that',
    }),
    constant({
      what: 'time for a collector that is just ending to let go of its state directory',
      file: 'collector/src/io/state-lock.ts',
      constants: { LOCK_PATIENCE_MS },
      atIt: 'the one that is started is refused with `store-busy`',
    }),
    constant({
      what: 'statements that are kept prepared, of those who write and of those who read',
      file: 'collector/src/io/sqlite-query.ts',
      constants: { PREPARED_KEPT },
      atIt: 'the oldest statement is prepared anew',
    }),
    constant({
      what: 'time to reach a PostgreSQL server, for a lock there, for one statement, and for a server that is not heard from',
      file: 'collector/src/io/postgres/address.ts',
      constants: { CONNECT_LIMIT_MS, LOCK_LIMIT_MS, STATEMENT_LIMIT_MS, SILENCE_LIMIT_MS },
      atIt: 'what only the database has is refused, with `store-away` or `store-busy`; what a guest sent it sends again',
    }),
    constant({
      what: 'time for which a PostgreSQL server that could not be used is not tried again',
      file: 'collector/src/io/postgres/attempts.ts',
      constants: { AWAY_MS },
      atIt: 'the next who asks tries it again; until then all are told at once why',
    }),
    constant({
      what: 'questions that a PostgreSQL server is asked at once; beside them one connection writes',
      file: 'collector/src/io/postgres/open-postgres.ts',
      constants: { READERS_LIMIT },
      atIt: 'the next question waits for one of them',
    }),
    constant({
      what: 'characters of a line of a history that is imported',
      file: 'collector/src/io/history-lines.ts',
      constants: { MOST_LINE_CHARACTERS },
      atIt: 'the file is refused, and nothing is imported',
    }),
    constant({
      what: 'lines of the log that wait for whoever reads it',
      file: 'collector/src/compose/logger.ts',
      constants: { MOST_WAITING_LOG_BYTES },
      atIt: 'what comes then is dropped and counted',
    }),
    constant({
      what: 'connections of users of the API on TCP; what a request may take',
      file: 'collector/src/io/api-server.ts',
      constants: { TCP_CONNECTIONS, PATIENCE },
      atIt: 'the connection is closed',
    }),
    constant({
      what: 'tokens that nobody has made, and that are looked for; tokens that were good of late',
      file: 'collector/src/api/authorise.ts',
      constants: { WRONG_TOKENS, KNOWN_TOKENS },
      atIt: 'only those that were good of late are looked for; any other gets the status 429',
    }),
    constant({
      what: 'guests that one request to trim may name',
      file: 'collector/src/api/inputs.ts',
      constants: { MOST_NAMED },
      atIt: 'refused; all guests are asked without names',
    }),
    constant({
      what: 'the body of a request',
      file: 'collector/src/api/limit-body.ts',
      constants: { BODY_LIMIT_BYTES },
      atIt: 'it is refused with 413',
    }),
    constant({
      what: 'time that a watching command waits for a collector that is away',
      file: 'collector/src/compose/watch-request.ts',
      constants: { PATIENCE_MS },
      atIt: 'the command ends with `collector-gone`; the trim goes on',
    }),
  ],
};
