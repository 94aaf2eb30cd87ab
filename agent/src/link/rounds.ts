import { CLOSE_CODES } from '@trimtab/protocol';
import { CHANNEL_ROUTE, type Door, isJoined, type Route, toAddress } from '../model/route.ts';
import { backoffMs, slowBackoffMs } from './backoff.ts';
import {
  type Attempt,
  CONNECT_TIMEOUT_MS,
  NEXT_DOOR_MS,
  type Place,
  ROUNDS_BEFORE_INSISTING,
  type SessionEffect,
  type SessionState,
  type Step,
  type Surroundings,
} from './session-model.ts';
import { isSlow, type Setback } from './setback.ts';
import { remedyOf, tellSetback, tellSetbacks } from './tell-setbacks.ts';

/** A round of all doors begins: where this guest was last, then on from there. */
export function beginRound({
  routes,
  state: { failures, connection, best },
  around,
}: {
  routes: readonly Route[];
  state: Extract<SessionState, { kind: 'preparing' }>;
  around: Surroundings;
}): Step {
  const [channels, networks] = [routes.filter(isChannel), routes.filter((route) => !isChannel(route))];
  const round = channels.concat(
    bestFirst(
      networks.filter(({ doors }) => doors.length > 0).map((route) => startingAt({ route, best })),
      ({ id }) => id === best?.route,
    ),
  );
  const attempt = { failures, connection, round, route: 0, door: 0, setbacks: [], insists: false };
  return round.length === 0 ? endRound({ attempt, around }) : connect(attempt);
}

/** First in any case: whoever is there is the host that runs this guest. */
function isChannel({ id }: Route): boolean {
  return id === CHANNEL_ROUTE.id;
}

/** Was it tried before the others? */
export function hasChannel({ round }: Attempt): boolean {
  return round.some(isChannel);
}

function startingAt({ route, best }: { route: Route; best: Place | null }): Route {
  if (route.id !== best?.route) return route;
  return { ...route, doors: bestFirst(route.doors, (door) => toAddress(door) === best.address) };
}

function bestFirst<Item>(items: readonly Item[], isBest: (item: Item) => boolean): readonly Item[] {
  const at = Math.max(0, items.findIndex(isBest));
  return [...items.slice(at), ...items.slice(0, at)];
}

/** One door led nowhere: on to the next, or the round is over. */
export function goOn({ attempt, setback, around }: { attempt: Attempt; setback: Setback; around: Surroundings }): Step {
  const tried = { ...attempt, setbacks: [...attempt.setbacks, setback] };
  const next = attempt.insists ? null : (nextDoor({ attempt: tried, setback }) ?? insist(tried));
  if (next === null) return endRound({ attempt: tried, around });
  const { state, effects } = connect({ ...next, connection: attempt.connection + 1 });
  const line = `${setback.address}: ${tellSetback(setback)}; trying ${toAddress(doorOf(next))}`;
  return { state, effects: [...effects, { kind: 'log', level: 'info', line }] };
}

/** All doors of a collector lead to the same one: what that has said, it would say again. */
function nextDoor({ attempt, setback }: { attempt: Attempt; setback: Setback }): Attempt | null {
  const { round, route, door } = attempt;
  if (!setback.isProven && door + 1 < (round[route]?.doors.length ?? 0)) return { ...attempt, door: door + 1 };
  return route + 1 < round.length ? { ...attempt, route: route + 1, door: 0 } : null;
}

/** Whoever said that its host does not run this guest takes it all the same, if nobody else does. */
function insist(attempt: Attempt): Attempt | null {
  const elsewhere = attempt.setbacks.filter(({ code, isProven }) => code === CLOSE_CODES.elsewhere && isProven);
  const [first] = elsewhere;
  if (first === undefined) return null;
  const isUnanimous = attempt.round.every(
    (each, index) => !isJoined(each) || elsewhere.some(({ route }) => route === index),
  );
  if (!isUnanimous && attempt.failures < ROUNDS_BEFORE_INSISTING) return null;
  return { ...attempt, route: first.route, door: first.door, insists: true };
}

function connect(attempt: Attempt): Step {
  const isLast = attempt.route + 1 === attempt.round.length && attempt.door + 1 === routeOf(attempt).doors.length;
  return {
    state: { kind: 'connecting', ...toAttempt(attempt) },
    effects: [
      { kind: 'connect', connection: attempt.connection, door: doorOf(attempt) },
      { kind: 'arm', timer: 'deadline', delayMs: isLast ? CONNECT_TIMEOUT_MS : NEXT_DOOR_MS },
    ],
  };
}

function endRound({ attempt, around }: { attempt: Attempt; around: Surroundings }): Step {
  const { setbacks, failures, connection } = attempt;
  const line = tellSetbacks(setbacks);
  const isLong = setbacks.every(isSlow);
  const { state, effects } = wait({
    failures,
    connection,
    isLong,
    best: null,
    line,
    remedy: remedyOf(setbacks),
    around,
  });
  return { state, effects: [{ kind: 'disarm', timer: 'deadline' }, ...effects, { kind: 'rejected', setbacks }] };
}

export function wait({
  failures,
  connection,
  isLong,
  best,
  line,
  remedy,
  around: { nowMs, random },
}: {
  failures: number;
  connection: number;
  isLong: boolean;
  best: Place | null;
  line: string;
  remedy: string | null;
  around: Surroundings;
}): { readonly state: SessionState; readonly effects: readonly SessionEffect[] } {
  const delayMs = isLong ? slowBackoffMs({ random }) : backoffMs({ failures, random });
  const again = `${line}; trying again in ${Math.ceil(delayMs / 1000)} s`;
  return {
    state: {
      kind: 'waiting',
      failures: failures + 1,
      lastConnection: connection,
      retryAtMs: nowMs + delayMs,
      best,
    },
    effects: [
      { kind: 'arm', timer: 'retry', delayMs },
      { kind: 'log', level: 'warn', line: remedy === null ? again : `${again}. ${remedy}` },
    ],
  };
}

/** Of a state, without what was its alone. */
export function toAttempt({ failures, connection, round, route, door, setbacks, insists }: Attempt): Attempt {
  return { failures, connection, round, route, door, setbacks, insists };
}

export function routeOf({ round, route }: Attempt): Route {
  const found = round[route];
  if (found === undefined) throw new Error(`there is no route ${route}`);
  return found;
}

export function doorOf(attempt: Attempt): Door {
  const found = routeOf(attempt).doors[attempt.door];
  if (found === undefined) throw new Error(`there is no door ${attempt.door}`);
  return found;
}

export function placeOf(attempt: Attempt): Place {
  return { route: routeOf(attempt).id, address: toAddress(doorOf(attempt)) };
}
