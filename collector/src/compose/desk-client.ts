import { Fault } from '@trimtab/protocol/shared';
import { readAnswer } from '../api/read-answer.ts';
import type { AnswerOf, InputOf, Route } from '../api/route.ts';
import { ROUTES, type RouteName, type Routes } from '../api/routes.ts';
import { toHttp } from '../api/to-http.ts';
import { askHttp, readText } from '../io/ask-http.ts';
import { pause as ownPause } from '../io/pause.ts';
import { type ApiPlace, toSubject } from '../model/api-place.ts';

import type { RemoteDesk } from '../ports/desk/remote-desk.ts';
import type { Pause } from '../ports/pause.ts';
import { watchRequest } from './watch-request.ts';

/**
 * The desk of a collector that runs in another process, over its API: the Unix socket, or TCP. Throws the collector's own Faults,
 * those of io/ask-http.ts, and `bad-answer` for an answer that is not the row's. Nothing is asked twice, but for
 * events.
 */
export function createDeskClient({
  pause = ownPause,
  ...place
}: ApiPlace & {
  /** The time that passes while the collector is away. */
  pause?: Pause;
}): RemoteDesk {
  async function ask<Name extends RouteName>(
    name: Name,
    input: InputOf<Routes[Name]>,
  ): Promise<AnswerOf<Routes[Name]>> {
    const row = ROUTES[name] as Route;
    const { status, body } = await askHttp({ place, ...toHttp(row, { ...input }) });
    const text = await readText({ place, body });
    const answered = { subject: toSubject(place), asked: `${row.method} ${row.path}` };
    return readAnswer({ text, status, schema: row.answer, answered }) as AnswerOf<Routes[Name]>;
  }

  return {
    status: (query) => ask('status', query),
    guests: (query) => ask('guests', query),
    forget: (query) => ask('forget', query),
    doctor: (guest) => ask('doctor', { guest }),
    forecasts: (query) => ask('forecasts', query),
    history: (query) => ask('history', query),
    report: (query) => ask('report', query),
    async findTrim(id) {
      try {
        return await ask('findTrim', { id });
      } catch (error) {
        if (error instanceof Fault && error.detail.code === 'unknown-trim') return null;
        throw error;
      }
    },
    requestTrim: ({ mounts, ...request }) =>
      ask('requestTrim', { ...request, mounts: mounts === null ? null : [...mounts] }),
    requestTrims: ({ guests, mounts, ...request }) =>
      ask('requestTrims', {
        ...request,
        guests: guests === null ? null : [...guests],
        mounts: mounts === null ? null : [...mounts],
      }),
    watch: (query) => watchRequest({ place, pause, query }),
    async cancel(requestId) {
      await ask('cancel', { id: requestId });
    },
    planRepair: (query) => ask('planRepair', query),
    repair: (query) => ask('repair', query),
    alerts: (query) => ask('alerts', query),
    silence: (query) => ask('silence', query),
    unsilence: (query) => ask('unsilence', query),
    acknowledge: (query) => ask('acknowledge', query),
    testSenders: (query) => ask('testSenders', query),
    enroll: (query) => ask('enroll', query),
    enrolments: () => ask('enrolments', {}),
    withdraw: (query) => ask('withdraw', query),
    approve: (query) => ask('approve', query),
    dismiss: (query) => ask('dismiss', query),
    revoke: (query) => ask('revoke', query),
    reinstate: (query) => ask('reinstate', query),
    rename: (query) => ask('rename', query),
    hostKeys: () => ask('hostKeys', {}),
    rotateHostKey: (query) => ask('rotateHostKey', query),
    apiTokens: () => ask('apiTokens', {}),
    createApiToken: (query) => ask('createApiToken', query),
    revokeApiToken: (query) => ask('revokeApiToken', query),
    deeds: (query) => ask('deeds', query),
  };
}
