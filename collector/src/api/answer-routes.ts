import type { AskedBy } from '../model/asked-by.ts';
import type { NumberedEvent } from '../model/trim-event.ts';
import type { Desk } from '../ports/desk/desk.ts';
import { unknownTrim } from './inputs.ts';
import type { AnswerOf, InputOf } from './route.ts';
import type { RouteName, Routes } from './routes.ts';

/** The rows that answer with a stream. */
type Streams = 'watch';

/** Of one request. */
export interface Asking {
  readonly askedBy: AskedBy;
  /** Whoever asked has gone. */
  readonly signal: AbortSignal;
}

/** What the desk says to each row. A row without an answer does not compile. */
export type Answers = {
  readonly [Name in Exclude<RouteName, Streams>]: (
    input: InputOf<Routes[Name]>,
    asking: Asking,
  ) => Promise<AnswerOf<Routes[Name]>>;
} & {
  readonly [Name in Streams]: (input: InputOf<Routes[Name]>, asking: Asking) => AsyncIterable<NumberedEvent>;
};

export function createAnswers(desk: Desk): Answers {
  return {
    status: (query) => desk.status(query),
    guests: (query) => desk.guests(query),
    forget: (query, { askedBy }) => desk.forget(query, askedBy),
    doctor: ({ guest }) => desk.doctor(guest),
    forecasts: (query) => desk.forecasts(query),
    history: (query) => desk.history(query),
    report: (query) => desk.report(query),
    async findTrim({ id }) {
      const trim = await desk.findTrim(id);
      if (trim === null) throw unknownTrim(id);
      return trim;
    },
    requestTrim: (request, { askedBy }) => desk.requestTrim(request, askedBy),
    requestTrims: (request, { askedBy }) => desk.requestTrims(request, askedBy),
    watch: ({ id, after }, { signal }) => desk.watch({ requestId: id, after, signal }),
    async cancel({ id }) {
      await desk.cancel(id);
      return {};
    },
    planRepair: (query) => desk.planRepair(query),
    repair: (query, { askedBy }) => desk.repair(query, askedBy),
    alerts: (query) => desk.alerts(query),
    silence: (query) => desk.silence(query),
    unsilence: (query) => desk.unsilence(query),
    acknowledge: (query) => desk.acknowledge(query),
    testSenders: (query) => desk.testSenders(query),
    enroll: (query, { askedBy }) => desk.enroll(query, askedBy),
    enrolments: () => desk.enrolments(),
    withdraw: (query, { askedBy }) => desk.withdraw(query, askedBy),
    approve: (query, { askedBy }) => desk.approve(query, askedBy),
    dismiss: (query, { askedBy }) => desk.dismiss(query, askedBy),
    revoke: (query, { askedBy }) => desk.revoke(query, askedBy),
    reinstate: (query, { askedBy }) => desk.reinstate(query, askedBy),
    rename: (query, { askedBy }) => desk.rename(query, askedBy),
    hostKeys: () => desk.hostKeys(),
    rotateHostKey: (query, { askedBy }) => desk.rotateHostKey(query, askedBy),
    apiTokens: () => desk.apiTokens(),
    createApiToken: (query, { askedBy }) => desk.createApiToken(query, askedBy),
    revokeApiToken: (query, { askedBy }) => desk.revokeApiToken(query, askedBy),
    deeds: (query) => desk.deeds(query),
  };
}
