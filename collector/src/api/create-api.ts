import type { RequestId, TrimId } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import { type Context, Hono } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { secureHeaders } from 'hono/secure-headers';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { Log } from '../ports/log.ts';
import { errorToAnswer } from './error-answer.ts';
import { openEventStream } from './event-stream.ts';
import { parseDoctorQuery, parseHistoryQuery, parseRepairQuery, parseTrimRequest } from './parse-input.ts';

/** `socket`: root and the socket's group. `network`: whoever reaches the port; nothing that changes a running QEMU is served there. */
export type Face = 'socket' | 'network';

const BODY_LIMIT_BYTES = 64 * 1024;

/**
 * The API that the commands, and later the dashboard, read.
 *
 *     GET  /v1/status                        StatusView
 *     GET  /v1/guests                        GuestsView
 *     GET  /v1/doctor?guest=NAME             DoctorView; without a guest of all
 *     GET  /v1/trims?guest=NAME&limit=50     {"trims": TrimResult[]}, newest first
 *     GET  /v1/trims/ID                      TrimResult
 *     POST /v1/requests                      {"guest", "mounts"?} → 202 {"requestId"}
 *     GET  /v1/requests/ID/events            NDJSON: one TrimEvent a line, blank lines as heartbeat
 *     POST /v1/requests/ID/cancel            202 {}
 *     POST /v1/repairs/plan                  {"guest", "disk", "evenIfTainted"?} → RepairPlan   (on the socket only)
 *     POST /v1/repairs                       the same → RepairDone                            (on the socket only)
 *
 * An error is `{"error": FaultDetail}`: 400 bad input, 404 `unknown-…`, 409 what cannot be done as things are (`no-agent`,
 * `ambiguous-…`, `cannot-repair`, `nothing-to-repair`, `would-taint`), 413, 500.
 */
export function createApi({
  desk,
  clock,
  log,
  face,
}: {
  desk: Desk;
  clock: Pick<Clock, 'after'>;
  log: Log;
  face: Face;
}): Hono {
  const api = new Hono();
  const told = (error: unknown, context: Context) => {
    const answer = errorToAnswer(error, `${context.req.method} ${context.req.path}`);
    if (answer.status === 500) log.error({ err: error, path: context.req.path }, 'the API could not answer');
    return answer;
  };
  api.onError((error, context) => {
    const { status, body } = told(error, context);
    return context.json(body, status);
  });
  api.notFound((context) => {
    throw unknownRoute(context.req.method, context.req.path);
  });
  api.use(secureHeaders());
  api.use(
    bodyLimit({
      maxSize: BODY_LIMIT_BYTES,
      onError: () => {
        throw tooLarge();
      },
    }),
  );

  api.get('/v1/status', async (context) => context.json(await desk.status()));
  api.get('/v1/guests', async (context) => context.json(await desk.guests()));
  api.get('/v1/doctor', async (context) => context.json(await desk.doctor(parseDoctorQuery(context.req.query()))));
  api.get('/v1/trims', async (context) =>
    context.json({ trims: await desk.history(parseHistoryQuery(context.req.query())) }),
  );
  api.get('/v1/trims/:id', async (context) => {
    const id = context.req.param('id');
    const trim = await desk.findTrim(id as TrimId);
    if (trim === null) throw unknownTrim(id);
    return context.json(trim);
  });
  api.post('/v1/requests', async (context) =>
    context.json(await desk.requestTrim(await parseTrimRequest(context.req), face), 202),
  );
  api.get('/v1/requests/:id/events', async (context) => {
    const body = await openEventStream({
      watch: (signal) => desk.watch({ requestId: context.req.param('id') as RequestId, after: 0, signal }),
      onError: (error) => `${JSON.stringify(told(error, context).body)}\n`,
      clock,
    });
    return context.body(body, 200, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  });
  api.post('/v1/requests/:id/cancel', async (context) => {
    await desk.cancel(context.req.param('id') as RequestId);
    return context.json({}, 202);
  });
  if (face === 'socket') {
    api.post('/v1/repairs/plan', async (context) =>
      context.json(await desk.planRepair(await parseRepairQuery(context.req))),
    );
    api.post('/v1/repairs', async (context) => context.json(await desk.repair(await parseRepairQuery(context.req))));
  }
  return api;
}

function unknownTrim(id: string): Fault {
  return new Fault({
    code: 'unknown-trim',
    operation: 'find a trim',
    subject: id,
    cause: 'no trim with this id is stored',
    hint: 'trimtab history --json lists the ids.',
  });
}

function unknownRoute(method: string, path: string): Fault {
  return new Fault({
    code: 'unknown-route',
    operation: 'answer',
    subject: `${method} ${path}`,
    cause: 'the API has nothing there',
    hint: 'Try GET /v1/status.',
  });
}

function tooLarge(): Fault {
  return new Fault({
    code: 'too-large',
    operation: 'understand the request',
    subject: 'the body',
    cause: `it is larger than ${BODY_LIMIT_BYTES} bytes`,
    hint: 'A request holds the name of one guest and its mounts.',
  });
}
