import { Fault } from '@trimtab/protocol/shared';
import { TRIM_EVENTS } from '../../../collector/src/api/answers/trim-event.ts';
import { ALL_ROUTES, ROUTES, type RouteName } from '../../../collector/src/api/routes.ts';
import type { TrimEvent } from '../../../collector/src/model/trim-event.ts';
import type { Desk } from '../../../collector/src/ports/desk/desk.ts';
import type { RemoteDesk } from '../../../collector/src/ports/desk/remote-desk.ts';
import { HOSTILE_TEXT, hostileValues } from '../../support/hostile-text.ts';

/** What each row may answer with. */
const ANSWERS = new Map(ALL_ROUTES.map(([name, { answer }]) => [name, hostileValues(answer)]));

/** So many desks, and every hostile answer was given. */
export const DESKS = Math.max(...[...ANSWERS.values()].map((answers) => answers.length));

export function hostileAnswer(name: RouteName, nth: number): object {
  const answers = ANSWERS.get(name) ?? [];
  return answers[nth % answers.length] as object;
}

export const HOSTILE_FAULT = new Fault({
  code: 'qmp-error',
  operation: HOSTILE_TEXT,
  subject: HOSTILE_TEXT,
  cause: HOSTILE_TEXT,
  hint: HOSTILE_TEXT,
});

/** A desk that hostile guests, and whoever named the images of this host, have had their way with. */
export function createHostileDesk(nth: number): Desk & RemoteDesk {
  const answer = (name: RouteName) => async () => hostileAnswer(name, nth) as never;
  return {
    ...desk(answer),
    cancel: async () => {},
    async *watch() {
      let number = 0;
      for (const event of hostileEvents(nth)) {
        number += 1;
        yield { number, event };
      }
    },
  };
}

/** The same where each question fails, in words that are not ours. */
export function createFailingDesk(fault: Fault = HOSTILE_FAULT): Desk & RemoteDesk {
  const fail = () => async () => {
    throw fault;
  };
  return {
    ...desk(fail),
    cancel: fail(),
    // biome-ignore lint/correctness/useYield: it fails before it tells of anything
    async *watch() {
      throw fault;
    },
  };
}

function desk(answer: (name: RouteName) => () => Promise<never>): Omit<Desk & RemoteDesk, 'watch' | 'cancel'> {
  return {
    status: answer('status'),
    guests: answer('guests'),
    forget: answer('forget'),
    doctor: answer('doctor'),
    forecasts: answer('forecasts'),
    history: answer('history'),
    findTrim: answer('findTrim'),
    requestTrim: answer('requestTrim'),
    requestTrims: answer('requestTrims'),
    planRepair: answer('planRepair'),
    repair: answer('repair'),
    metrics: answer('status'),
    report: answer('report'),
    alerts: answer('alerts'),
    silence: answer('silence'),
    unsilence: answer('unsilence'),
    acknowledge: answer('acknowledge'),
    testSenders: answer('testSenders'),
    enroll: answer('enroll'),
    enrolments: answer('enrolments'),
    withdraw: answer('withdraw'),
    approve: answer('approve'),
    dismiss: answer('dismiss'),
    revoke: answer('revoke'),
    reinstate: answer('reinstate'),
    rename: answer('rename'),
    hostKeys: answer('hostKeys'),
    rotateHostKey: answer('rotateHostKey'),
    apiTokens: answer('apiTokens'),
    createApiToken: answer('createApiToken'),
    revokeApiToken: answer('revokeApiToken'),
    deeds: answer('deeds'),
  };
}

/** Every event but the last, then one of those that end it. */
function hostileEvents(nth: number): readonly TrimEvent[] {
  const { finished, refused, ...before } = TRIM_EVENTS;
  const ends = [...hostileValues(finished), ...hostileValues(refused)];
  return [...Object.values(before).flatMap((schema) => hostileValues(schema)), ends[nth % ends.length]] as TrimEvent[];
}

/** Every row of the API by its name. */
export const ROUTE_NAMES = Object.keys(ROUTES) as readonly RouteName[];
