import { MOST_WAITING } from '../../../collector/src/alert/backlog.ts';
import { FIRST_DELAY_MS, LONGEST_DELAY_MS } from '../../../collector/src/alert/backoff.ts';
import { STANDS_FOR_MS } from '../../../collector/src/alert/forms/alertmanager.ts';
import { MOST_DISCORD_CHARACTERS } from '../../../collector/src/alert/forms/discord.ts';
import { LONGEST_SLUG } from '../../../collector/src/alert/forms/home-assistant.ts';
import { MOST_NTFY_BYTES } from '../../../collector/src/alert/forms/ntfy.ts';
import {
  LONGEST_LISTED_CHARACTERS,
  LONGEST_TEXT_CHARACTERS,
  MOST_LISTED,
  MOST_VALUES,
} from '../../../collector/src/alert/forms/tell.ts';
import { MOST_GROUPED, MOST_UNGROUPED } from '../../../collector/src/alert/group.ts';
import { RESTATE_MS } from '../../../collector/src/conduct/alerts/deliver/courier.ts';
import { IDS_REMEMBERED } from '../../../collector/src/conduct/alerts/deliver/deliver.ts';
import { MOST_UNWRITTEN } from '../../../collector/src/conduct/alerts/deliver/endings.ts';
import { KEPT_MS, MOST_REFUSALS } from '../../../collector/src/conduct/alerts/deliver/line.ts';
import { ATTEMPT_MS } from '../../../collector/src/conduct/alerts/deliver/try-sending.ts';
import { MOST_SECRET_BYTES } from '../../../collector/src/io/read-secret.ts';
import { COMMAND_TIMEOUT_MS } from '../../../collector/src/io/senders/command-sender.ts';
import { MOST_WORDS_CHARACTERS } from '../../../collector/src/io/senders/hide-secrets.ts';
import { HTTP_TIMEOUT_MS, MOST_ANSWER_BYTES } from '../../../collector/src/io/senders/http-sender.ts';
import { MAIL_ANSWER_MS, MAIL_ATTEMPT_MS, MAIL_CONNECT_MS } from '../../../collector/src/io/senders/mail-sender.ts';
import { MQTT_CONNECT_MS } from '../../../collector/src/io/senders/mqtt-sender.ts';
import { constant, type LimitSection } from './limit.ts';

const AGAIN = 'it counts as not delivered, and is tried again';

export const NOTICES: LimitSection = {
  title: 'Notices of alerts',
  said: 'Each receiver has a queue of its own, which the database holds; none waits for another.',
  limits: [
    constant({
      what: 'notices that wait for one receiver',
      file: 'collector/src/alert/backlog.ts',
      constants: { MOST_WAITING },
      atIt: 'the oldest reminders are dropped, then the oldest others; the log says how many',
    }),
    constant({
      what: 'notices of one rule and one event to people that are told each by itself, and in one group',
      file: 'collector/src/alert/group.ts',
      constants: { MOST_UNGROUPED, MOST_GROUPED },
      atIt: 'they are told as one; the rest is another group',
    }),
    constant({
      what: 'how long a notice that no receiver takes is kept, and how often one may be refused outright',
      file: 'collector/src/conduct/alerts/deliver/line.ts',
      constants: { KEPT_MS, MOST_REFUSALS },
      atIt: 'it is given up, never untried, and the log says so',
    }),
    constant({
      what: 'from one attempt to the next, at first and at last',
      file: 'collector/src/alert/backoff.ts',
      constants: { FIRST_DELAY_MS, LONGEST_DELAY_MS },
      atIt: 'each pause is twice the one before, less up to half by chance',
    }),
    constant({
      what: 'time for one attempt, whatever the receiver is, but for mail',
      file: 'collector/src/conduct/alerts/deliver/try-sending.ts',
      constants: { ATTEMPT_MS },
      atIt: AGAIN,
    }),
    constant({
      what: 'time for an answer over HTTP, and how much of it is read',
      file: 'collector/src/io/senders/http-sender.ts',
      constants: { HTTP_TIMEOUT_MS, MOST_ANSWER_BYTES },
      atIt: `${AGAIN}; the rest is not read`,
    }),
    constant({
      what: 'time for a server of mail to be reached, for each answer of it, and for the whole attempt',
      file: 'collector/src/io/senders/mail-sender.ts',
      constants: { MAIL_CONNECT_MS, MAIL_ANSWER_MS, MAIL_ATTEMPT_MS },
      atIt: AGAIN,
    }),
    constant({
      what: 'time for a command',
      file: 'collector/src/io/senders/command-sender.ts',
      constants: { COMMAND_TIMEOUT_MS },
      atIt: `it is killed with all that it has started; ${AGAIN}`,
    }),
    constant({
      what: 'time to connect to a broker of MQTT',
      file: 'collector/src/io/senders/mqtt-sender.ts',
      constants: { MQTT_CONNECT_MS },
      atIt: AGAIN,
    }),
    constant({
      what: 'what a receiver says, in an error',
      file: 'collector/src/io/senders/hide-secrets.ts',
      constants: { MOST_WORDS_CHARACTERS },
      atIt: 'the rest is left out',
    }),
    constant({
      what: 'a sentence or a name in a notice, and the values with it',
      file: 'collector/src/alert/forms/tell.ts',
      constants: { LONGEST_TEXT_CHARACTERS, MOST_VALUES },
      atIt: 'the rest is left out',
    }),
    constant({
      what: 'alerts of a group that its text has, and the length of each',
      file: 'collector/src/alert/forms/tell.ts',
      constants: { MOST_LISTED, LONGEST_LISTED_CHARACTERS },
      atIt: 'the rest is left out; `trimtab alerts` has it',
    }),
    constant({
      what: 'a message of ntfy',
      file: 'collector/src/alert/forms/ntfy.ts',
      constants: { MOST_NTFY_BYTES },
      atIt: 'the rest is left out; ntfy would make a file of it',
    }),
    constant({
      what: 'a message of Discord',
      file: 'collector/src/alert/forms/discord.ts',
      constants: { MOST_DISCORD_CHARACTERS },
      atIt: 'the rest is left out; Discord would refuse it',
    }),
    constant({
      what: 'what is left of a name in a topic of MQTT',
      file: 'collector/src/alert/forms/home-assistant.ts',
      constants: { LONGEST_SLUG },
      atIt: 'the rest is left out; a number behind it tells two from each other',
    }),
    constant({
      what: 'how often Alertmanager and MQTT are told what stands',
      file: 'collector/src/conduct/alerts/deliver/courier.ts',
      constants: { RESTATE_MS },
      atIt: 'it is told again',
    }),
    constant({
      what: 'how long an alert stands in an Alertmanager that hears no more of us',
      file: 'collector/src/alert/forms/alertmanager.ts',
      constants: { STANDS_FOR_MS },
      atIt: 'Alertmanager takes it for over',
    }),
    constant({
      what: 'a file that holds a secret',
      file: 'collector/src/io/read-secret.ts',
      constants: { MOST_SECRET_BYTES },
      atIt: 'the collector does not start, and says which',
    }),
    constant({
      what: 'notices since the start whose ids are known while the database takes nothing',
      file: 'collector/src/conduct/alerts/deliver/deliver.ts',
      constants: { IDS_REMEMBERED },
      atIt: 'an older one that is posted again may be told twice',
    }),
    constant({
      what: 'deliveries that are over, while the database takes nothing',
      file: 'collector/src/conduct/alerts/deliver/endings.ts',
      constants: { MOST_UNWRITTEN },
      atIt: 'the oldest may be told once more after a restart',
    }),
  ],
};
