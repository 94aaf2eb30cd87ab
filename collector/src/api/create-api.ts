import { Fault, formatJsonLine, toPlainJson } from '@trimtab/protocol/shared';
import { type Context, Hono, type HonoRequest } from 'hono';
import { secureHeaders } from 'hono/secure-headers';
import type { Scope } from '../model/api-scope.ts';
import type { NumberedEvent } from '../model/trim-event.ts';
import type { Clock } from '../ports/clock.ts';
import type { Desk } from '../ports/desk/desk.ts';
import type { Log } from '../ports/log.ts';
import { type Asking, createAnswers } from './answer-routes.ts';
import { type Asker, createAuthorise, type FindToken, refuseScope } from './authorise.ts';
import { errorToAnswer } from './error-answer.ts';
import { openEventStream } from './event-stream.ts';
import type { ErrorStatus } from './fault-codes.ts';
import { limitBody } from './limit-body.ts';
import { answerMetrics, METRICS_PATH } from './metrics-face.ts';
import { readInput } from './read-input.ts';
import { refuseForeign } from './refuse-foreign.ts';
import type { Route } from './route.ts';
import { ALL_ROUTES, type RouteName } from './routes.ts';

export interface ApiDeps {
  readonly desk: Desk;
  readonly clock: Pick<Clock, 'after' | 'now' | 'monotonicMs'>;
  readonly log: Log;
  readonly door: ApiDoor;
}

/** Who comes there: `socket`: root and the socket's group. `network`: whoever reaches the port, with a token. */
export type ApiDoor = { readonly face: 'socket' } | NetworkDoor;

export interface NetworkDoor {
  readonly face: 'network';
  readonly findToken: FindToken;
  readonly isEncrypted: boolean;
  /** As they are now: addresses come and go. */
  ownNames(): ReadonlySet<string>;
}

/**
 * What answers the rows of a face. Its type is open: which row it belongs to is known where it is made
 * (answer-routes.ts).
 */
type Answer = (input: object, asking: Asking) => Promise<object> | AsyncIterable<NumberedEvent>;

/**
 * The API that the commands, and later the dashboard, read: the rows of routes.ts that this face has. An error is
 * `{"error": FaultDetail}`, with a status by its code (fault-codes.ts).
 */
export function createApi({ desk, clock, log, door }: ApiDeps): Hono {
  const api = new Hono();
  const whoAsks = door.face === 'socket' ? async () => ON_THE_SOCKET : createWhoAsks(door, clock);
  const askers = new WeakMap<Context, Asker>();
  const answers = createAnswers(desk) as unknown as Readonly<Record<RouteName, Answer>>;
  const tell = (error: unknown, context: Context) => {
    const answer = errorToAnswer(error, `${context.req.method} ${context.req.path}`);
    if (answer.status === 500) log.error({ err: error, path: context.req.path }, 'the API could not answer');
    return answer;
  };
  api.onError((error, context) => {
    const { status, body } = tell(error, context);
    // RFC 9110, 11.6.1.
    if (status === 401) context.header('www-authenticate', 'Bearer realm="trimtab"');
    return answerJson(context, { answer: body, status });
  });
  api.notFound((context) => {
    throw unknownRoute(context.req);
  });
  api.use(secureHeaders());
  // Who may not ask is told so before anything is read.
  api.use(async (context, next) => {
    askers.set(context, await whoAsks(context.req));
    await next();
  });
  api.use(limitBody);
  api.get(METRICS_PATH, (context) => {
    whoMay('read', context);
    return answerMetrics(desk, context);
  });
  for (const [name, row] of ALL_ROUTES) {
    if (row.face === 'socket' && door.face !== 'socket') continue;
    api.on(row.method, row.path, (context) => serve(row, answers[name], context));
  }
  return api;

  /** Throws a Fault `scope-too-small`. */
  function whoMay(needed: Scope, context: Context): Asker['askedBy'] {
    const asker = askers.get(context);
    if (asker === undefined) throw new Error('nobody was asked who asks');
    refuseScope({ needed, asker });
    return asker.askedBy;
  }

  async function serve(row: Route, answer: Answer, context: Context): Promise<Response> {
    const askedBy = whoMay(row.scope, context);
    const input = await readInput(row, context.req);
    if (!row.isStream)
      return answerJson(context, {
        answer: await (answer(input, { askedBy, signal: context.req.raw.signal }) as Promise<object>),
        status: row.status,
      });
    const stream = await openEventStream({
      watch: (signal) => answer(input, { askedBy, signal }) as AsyncIterable<NumberedEvent>,
      onError: (error) => formatJsonLine(tell(error, context).body),
      clock,
    });
    return context.body(stream, row.status, { 'content-type': 'application/x-ndjson', 'cache-control': 'no-store' });
  }
}

/** The mode of its file says who may open it. */
const ON_THE_SOCKET: Asker = { askedBy: { kind: 'socket' }, scope: 'admin' };

/** Throws Faults for who has no token, or comes from a page of elsewhere. */
function createWhoAsks(door: NetworkDoor, clock: ApiDeps['clock']): (req: HonoRequest) => Promise<Asker> {
  const authorise = createAuthorise({ findToken: door.findToken, clock });
  return async (req) => {
    const sent = { host: req.header('host'), origin: req.header('origin'), fetchSite: req.header('sec-fetch-site') };
    refuseForeign(sent, { isEncrypted: door.isEncrypted, ownNames: door.ownNames() });
    return authorise(req.header('authorization'));
  };
}

/** Whoever looks at it in a terminal sees nothing but text. */
function answerJson(
  context: Context,
  { answer, status }: { readonly answer: object; readonly status: ErrorStatus | Route['status'] },
): Response {
  return context.body(toPlainJson(answer), status, { 'content-type': 'application/json' });
}

function unknownRoute({ method, path }: { readonly method: string; readonly path: string }): Fault {
  return new Fault({
    code: 'unknown-route',
    operation: 'answer',
    subject: `${method} ${path}`,
    cause: 'the API has nothing there',
    hint: 'Try GET /v1/status.',
  });
}
