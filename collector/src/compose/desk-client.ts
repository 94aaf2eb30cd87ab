import type { RequestId } from '@trimtab/protocol';
import { Fault, toCause } from '@trimtab/protocol/shared';
import { readLines } from '../api/read-lines.ts';
import { askUnixHttp, parseApiFault, readText } from '../io/unix-http.ts';
import type { DoctorView } from '../model/doctor.ts';
import type { RepairDone, RepairPlan } from '../model/repair.ts';
import type { GuestsView, StatusView } from '../model/status.ts';
import type { NumberedEvent, TrimEvent } from '../model/trim-event.ts';
import type { TrimResult } from '../model/trim-result.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { WatchQuery } from '../ports/desk/trims.ts';

/** The desk of a collector that runs in another process, over its API's Unix socket. Its Faults are the collector's own, and `no-collector`. */
export function createDeskClient({ socketPath }: { socketPath: string }): Desk {
  const get = async <Answer>(path: string) =>
    JSON.parse(await readText(await askUnixHttp({ socketPath, method: 'GET', path }))) as Answer;
  const post = async <Answer>(path: string, body?: unknown) =>
    JSON.parse(await readText(await askUnixHttp({ socketPath, method: 'POST', path, body }))) as Answer;
  return {
    status: () => get<StatusView>('/v1/status'),
    guests: () => get<GuestsView>('/v1/guests'),
    async history({ guest, limit }) {
      const query = new URLSearchParams({ limit: String(limit), ...(guest === null ? {} : { guest }) });
      return (await get<{ trims: TrimResult[] }>(`/v1/trims?${query}`)).trims;
    },
    async findTrim(id) {
      try {
        return await get<TrimResult>(`/v1/trims/${encodeURIComponent(id)}`);
      } catch (error) {
        if (error instanceof Fault && error.detail.code === 'unknown-trim') return null;
        throw error;
      }
    },
    doctor: (guest) => get<DoctorView>(`/v1/doctor${guest === null ? '' : `?${new URLSearchParams({ guest })}`}`),
    planRepair: (query) => post<RepairPlan>('/v1/repairs/plan', query),
    repair: (query) => post<RepairDone>('/v1/repairs', query),
    requestTrim: (request) => post<{ requestId: RequestId }>('/v1/requests', request),
    watch: (query) => watch({ socketPath, ...query }),
    async cancel(requestId) {
      await post(`/v1/requests/${encodeURIComponent(requestId)}/cancel`);
    },
  };
}

async function* watch({
  socketPath,
  requestId,
  signal,
}: WatchQuery & { readonly socketPath: string }): AsyncGenerator<NumberedEvent, void, undefined> {
  const path = `/v1/requests/${encodeURIComponent(requestId)}/events`;
  const answer = await askUnixHttp({ socketPath, method: 'GET', path, signal });
  try {
    for await (const line of readLines(answer)) {
      const fault = parseApiFault(line);
      if (fault !== null) throw fault;
      const { number, ...event } = JSON.parse(line) as TrimEvent & { readonly number: number };
      yield { number, event };
      if (event.event === 'finished' || event.event === 'refused') return;
    }
  } catch (error) {
    if (error instanceof Fault || signal.aborted) throw error;
    throw endedEarly(socketPath, toCause(error));
  }
  throw endedEarly(socketPath, 'it ended the connection before the trim was over');
}

function endedEarly(socketPath: string, cause: string): Fault {
  return new Fault({
    code: 'collector-gone',
    operation: 'watch the trim',
    subject: socketPath,
    cause,
    hint: 'The guest goes on by itself and reports when the collector is back: trimtab history',
  });
}
