import { MOST_SERIES_BYTES } from '../../../collector/src/compose/forecast-file.ts';
import { GUESTS_AT_ONCE } from '../../../collector/src/conduct/doctor/doctor.ts';
import { MOST_BYTES } from '../../../collector/src/conduct/explain/file-to-explain.ts';
import { ANSWER_LIMIT_MS } from '../../../collector/src/conduct/proof/proof-answers.ts';
import { GUESTS_REMEMBERED } from '../../../collector/src/conduct/proof/proofs.ts';
import { PATIENCE_MS } from '../../../collector/src/conduct/survey/fresh-inventories.ts';
import { NAMES_PATIENCE_MS } from '../../../collector/src/conduct/survey/keep-names.ts';
import { READING_LIMIT_MS } from '../../../collector/src/conduct/survey/reading-limit.ts';
import { HOST_PATIENCE_MS } from '../../../collector/src/conduct/survey/recognise-guest.ts';
import { MONITORS_LIMIT_MS } from '../../../collector/src/conduct/survey/refine-all.ts';
import { RING_CHECKED_MS, RUNG_AGAIN_MS } from '../../../collector/src/conduct/survey/ring-visitors.ts';
import { PATHS_AT_ONCE } from '../../../collector/src/conduct/survey/survey.ts';
import { BLINK_MS } from '../../../collector/src/conduct/trims/absence/absences.ts';
import { LOSSES_AT_ONCE } from '../../../collector/src/conduct/trims/absence/watch-absences.ts';
import { ASKED_AT_ONCE } from '../../../collector/src/conduct/trims/ask-guests.ts';
import { CONCLUDED_AT_ONCE } from '../../../collector/src/conduct/trims/conclude/take-report.ts';
import { ANSWERED_KEPT, MOST_OPEN } from '../../../collector/src/conduct/trims/jobs/job-book.ts';
import { MOST_EVENTS } from '../../../collector/src/conduct/trims/jobs/job-log.ts';
import { REPORTS_WAITING } from '../../../collector/src/conduct/trims/report-queue.ts';
import {
  ANSWER_TIMEOUT_MS,
  LONGEST_HOLD_MS,
  SILENCE_MS,
  STILL_HOLD_MS,
  UNSEEN_HOLD_MS,
} from '../../../collector/src/conduct/trims/trim-model.ts';
import { STRANGERS_AT_ONCE } from '../../../collector/src/conduct/trims/trims.ts';
import { VISIT_PATIENCE_MS } from '../../../collector/src/conduct/trims/visit-requests.ts';
import { REST_EVERY_MS, REST_FIRST_MS } from '../../../collector/src/link/rest-teller.ts';
import { FORECAST_DAYS } from '../../../collector/src/model/forecast.ts';
import { LATE_MS } from '../../../collector/src/model/visits.ts';
import { constant, type LimitSection, setting } from './limit.ts';

export const TRIMS: LimitSection = {
  title: 'Trims',
  said: 'Who may trim, and for how long somebody waits for whom.',
  limits: [
    setting({
      what: 'trims at once on the images of a pool',
      setting: 'slotsPerPool',
      atIt: 'the next stands in line; first come, first served',
    }),
    setting({
      what: 'time for the numbers of the host to come to rest after a trim',
      setting: 'settleLimit',
      atIt: 'what was read last counts, and the result says that it still moved',
    }),
    constant({
      what: 'silence of a guest that has a slot; time that it has one and is seen not to discard, that it cannot be seen, and that it has one at all; time for an answer to a request',
      file: 'collector/src/conduct/trims/trim-model.ts',
      constants: { SILENCE_MS, STILL_HOLD_MS, UNSEEN_HOLD_MS, LONGEST_HOLD_MS, ANSWER_TIMEOUT_MS },
      atIt: 'the slot goes to the next, and the trim goes on without it; the second and third only while others wait for the pool; a request is refused',
    }),
    constant({
      what: 'time that a request waits for a guest that visits, after that was to come',
      file: 'collector/src/conduct/trims/visit-requests.ts',
      constants: { VISIT_PATIENCE_MS },
      atIt: 'it is refused as `no-visit`',
    }),
    constant({
      what: 'lateness at which a guest that visits is missed',
      file: 'collector/src/model/visits.ts',
      constants: { LATE_MS },
      atIt: '`trimtab guests` shows the visit as missed, and the alert `guest-away` begins to count',
    }),
    constant({
      what: 'between two looks for guests that are to be rung for; until one is rung for again',
      file: 'collector/src/conduct/survey/ring-visitors.ts',
      constants: { RING_CHECKED_MS, RUNG_AGAIN_MS },
      atIt: 'it is rung for',
    }),
    constant({
      what: 'until a guest that visits is told for the first time, and again, that nothing waits for it',
      file: 'collector/src/link/rest-teller.ts',
      constants: { REST_FIRST_MS, REST_EVERY_MS },
      atIt: 'it is told `rest`',
    }),
    constant({
      what: 'guests that are asked at once, where one call asks many',
      file: 'collector/src/conduct/trims/ask-guests.ts',
      constants: { ASKED_AT_ONCE },
      atIt: 'the next are asked when the requests of these are stored',
    }),
    constant({
      what: 'reports of a guest that wait to be concluded',
      file: 'collector/src/conduct/trims/report-queue.ts',
      constants: { REPORTS_WAITING },
      atIt: 'its session is closed with 4500; it comes back and sends again what is not acknowledged',
    }),
    constant({
      what: 'reports of all guests that are judged and stored at once',
      file: 'collector/src/conduct/trims/conclude/take-report.ts',
      constants: { CONCLUDED_AT_ONCE },
      atIt: 'the next wait until these are stored',
    }),
    constant({
      what: 'of these, of guests that no source of this host tells of',
      file: 'collector/src/conduct/trims/trims.ts',
      constants: { STRANGERS_AT_ONCE },
      atIt: 'the next waits for one of them; those of known guests do not',
    }),
    constant({
      what: 'guests whose images are looked for at once',
      file: 'collector/src/conduct/survey/survey.ts',
      constants: { PATHS_AT_ONCE },
      atIt: 'the next waits for one of them',
    }),
    constant({
      what: 'time in which an agent whose connection broke can come back, before whoever waits for its trim is told',
      file: 'collector/src/conduct/trims/absence/absences.ts',
      constants: { BLINK_MS },
      atIt: 'the request ends with `guest-left`; the agent may trim on, and its report is stored when it comes',
    }),
    constant({
      what: 'trims of lost guests that are measured at once',
      file: 'collector/src/conduct/trims/absence/watch-absences.ts',
      constants: { LOSSES_AT_ONCE },
      atIt: 'the next waits for one of them; what its guest says meanwhile does not',
    }),
    constant({
      what: 'answered requests whose events are kept for those who watch, and requests that wait for their answers',
      file: 'collector/src/conduct/trims/jobs/job-book.ts',
      constants: { ANSWERED_KEPT, MOST_OPEN },
      atIt: 'the oldest is forgotten, and who watches an open one is told; the trims themselves are history',
    }),
    constant({
      what: 'events of a request',
      file: 'collector/src/conduct/trims/jobs/job-log.ts',
      constants: { MOST_EVENTS },
      atIt: 'none but its answer is added',
    }),
    constant({
      what: 'time to read the host before a guest is greeted',
      file: 'collector/src/conduct/survey/recognise-guest.ts',
      constants: { HOST_PATIENCE_MS },
      atIt: 'the guest is recognised by what it shows, without its domain',
    }),
    constant({
      what: 'time for a reading of the host, and for one of images',
      file: 'collector/src/conduct/survey/reading-limit.ts',
      constants: { READING_LIMIT_MS },
      atIt: 'it fails with `host-silent`, and a trim goes on unmeasured',
    }),
    constant({
      what: 'time for the monitors of all guests in an overview',
      file: 'collector/src/conduct/survey/refine-all.ts',
      constants: { MONITORS_LIMIT_MS },
      atIt: 'a guest whose QEMU has not answered by then is as its source tells it',
    }),
    constant({
      what: 'time that a reading of the host waits for the names of renamed domains to be stored',
      file: 'collector/src/conduct/survey/keep-names.ts',
      constants: { NAMES_PATIENCE_MS },
      atIt: 'guests have the names of before until they are stored',
    }),
    constant({
      what: 'time for the inventory that a guest is asked for',
      file: 'collector/src/conduct/survey/fresh-inventories.ts',
      constants: { PATIENCE_MS },
      atIt: 'the last one has to do',
    }),
    constant({
      what: 'time for a guest’s answer to a proof by reading',
      file: 'collector/src/conduct/proof/proof-answers.ts',
      constants: { ANSWER_LIMIT_MS },
      atIt: 'the proof stays open, and is tried again later',
    }),
    constant({
      what: 'guests whose proofs are remembered',
      file: 'collector/src/conduct/proof/proofs.ts',
      constants: { GUESTS_REMEMBERED },
      atIt: 'the oldest is asked anew',
    }),
    constant({
      what: 'guests that doctor examines at once',
      file: 'collector/src/conduct/doctor/doctor.ts',
      constants: { GUESTS_AT_ONCE },
      atIt: 'the next waits for one of them',
    }),
    constant({
      what: 'a file that `trimtab explain` reads',
      file: 'collector/src/conduct/explain/file-to-explain.ts',
      constants: { MOST_BYTES },
      atIt: 'the rest is not read, and the answer says so',
    }),
    constant({
      what: 'a file that `trimtab forecast --series` reads',
      file: 'collector/src/compose/forecast-file.ts',
      constants: { MOST_SERIES_BYTES },
      atIt: 'it is refused: no series of days is as long',
    }),
    constant({
      what: 'days that a forecast reads, and looks ahead',
      file: 'collector/src/model/forecast.ts',
      constants: { FORECAST_DAYS },
      atIt: 'older levels are left out; what comes later is told as later, or never',
    }),
  ],
};
