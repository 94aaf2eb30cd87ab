import type { RequestId } from '@trimtab/protocol';
import { Fault, toCause } from '@trimtab/protocol/shared';
import { type EventLine, readAnswer, readEventLine } from '../api/read-answer.ts';
import { readLines } from '../api/read-lines.ts';
import type { Route } from '../api/route.ts';
import { ROUTES } from '../api/routes.ts';
import { toHttp } from '../api/to-http.ts';
import { askHttp, readText } from '../io/ask-http.ts';
import { type ApiPlace, toSubject } from '../model/api-place.ts';

export type ReadEvents = (asked: {
  readonly place: ApiPlace;
  readonly requestId: RequestId;
  /** Only events with a higher number. */
  readonly after: number;
  readonly signal: AbortSignal;
}) => AsyncIterable<EventLine | 'heartbeat'>;

/**
 * The events of a request over one connection. Ends when the collector ends it. Throws the collector's own Faults, and
 * `no-collector` or `collector-gone` where it is not there or the connection breaks.
 */
export const readEvents: ReadEvents = async function* ({ place, requestId, after, signal }) {
  const row = ROUTES.watch as Route;
  const answered = { subject: toSubject(place), asked: `${row.method} ${row.path}` };
  const { status, body } = await askHttp({ place, ...toHttp(row, { id: requestId, after }), signal });
  if (status >= 400) {
    const text = await readText({ place, body });
    readAnswer({ text, status, schema: row.answer, answered });
  }
  try {
    for await (const line of readLines(body)) yield line === '' ? 'heartbeat' : readEventLine(line, answered);
  } catch (error) {
    if (error instanceof Fault || signal.aborted) throw error;
    throw new Fault({
      code: 'collector-gone',
      operation: 'watch the trim',
      subject: toSubject(place),
      cause: toCause(error),
      hint: null,
    });
  }
};
