import { Fault, type FaultDetail } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { AskedBy } from '../../model/asked-by.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { AskedGuests, ManyTrimsRequest } from '../../ports/desk/trims.ts';
import type { GuestKeysStore } from '../../ports/store/guest-keys.ts';
import { createGuestFinder } from '../survey/find-guest.ts';
import { isRevoked } from '../survey/is-revoked.ts';
import { type KnownGuest, type KnownGuestsDeps, listKnownGuests } from '../survey/known-guests.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';
import type { Asked, TrimWish } from '../trims/ask-guests.ts';
import type { Trims } from '../trims/trims.ts';
import { isShown } from './describe-guests.ts';
import { type FindInsideDeps, findInside, type Inside } from './find-inside.ts';
import { freshenForMounts, type ResolveDeps, resolveMounts } from './resolve-mounts.ts';

export interface AskManyDeps extends FindInsideDeps, ResolveDeps {
  readonly links: Pick<GuestLinks, 'guests'> & ResolveDeps['links'];
  readonly store: KnownGuestsDeps['store'] & Pick<GuestKeysStore, 'keys'>;
  readonly survey: Pick<Survey, 'readNow'>;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'ask'>;
  readonly trims: Pick<Trims, 'askAll'>;
}

/** What was found out of one guest, or why it was not. `guest`: the word for it. */
type Outcome<Value> = { readonly guest: string } & (
  | { readonly value: Value; readonly error: null }
  | { readonly value: null; readonly error: FaultDetail }
);

/**
 * Has many guests trim: the host is read once for all of them, and each is found and refused as it is for itself. One
 * that is named twice is asked once.
 */
export async function askMany(
  deps: AskManyDeps,
  { request, askedBy }: { readonly request: ManyTrimsRequest; readonly askedBy: AskedBy },
): Promise<AskedGuests> {
  const { mounts } = request;
  const inside = await findAllInside(deps, request);
  const each = [...new Map(valuesOf(inside).map((one) => [one.guest.id, one])).values()];
  const guests = each.flatMap((one) => (one.kind === 'here' ? [one.guest] : []));
  if (mounts !== null) await freshenForMounts(deps, { guests, mounts });
  const wishes = await Promise.all(
    each.map((one) => attempt(one.guest.name, async () => toWish(deps, one, { mounts, askedBy }))),
  );
  const wished = valuesOf(wishes);
  const answers = (await deps.trims.askAll(wished)).map((asked, index) =>
    toOutcome(wished[index]?.guest.name ?? '', asked),
  );
  return {
    asked: answers.flatMap(({ guest, value }) => (value === null ? [] : [{ guest, requestId: value }])),
    refused: [...inside, ...wishes, ...answers].flatMap(({ guest, error }) =>
      error === null ? [] : [{ guest, error }],
    ),
  };
}

/** What a guest that is not there has mounted when it comes, nobody knows yet. */
function toWish(deps: AskManyDeps, one: Inside, { mounts, askedBy }: Pick<TrimWish, 'mounts' | 'askedBy'>): TrimWish {
  const { guest } = one;
  if (one.kind === 'comes') return { guest, atVisit: one.visits, mounts, askedBy };
  const resolved = mounts === null ? null : resolveMounts(deps, { guest: one.guest, mounts });
  return { guest, mounts: resolved, askedBy };
}

/** Who trims in each, in the order in which they were named. */
async function findAllInside(
  deps: AskManyDeps,
  { guests: named, evenIfTainted }: ManyTrimsRequest,
): Promise<readonly Outcome<Inside>[]> {
  // Nobody is refused as off by what was true two seconds ago.
  const host = await deps.survey.readNow();
  const known = { host, records: await deps.store.guests(), connected: deps.links.guests() };
  const first = await findMeant(listKnownGuests(known), named);
  const alone = valuesOf(first)
    .flat()
    .flatMap(({ connected, domain }) => (connected === null ? (domain ?? []) : []));
  const found = alone.length === 0 ? null : await deps.qemuGaGuests.ask(alone, 0);
  const meant = found === null ? first : await findMeant(listKnownGuests({ ...known, found }), named);
  const readRevoked = createReadRevoked(deps.store);
  const mayTaint = evenIfTainted === true;
  return Promise.all(
    meant.map(({ guest, value, error }) =>
      value === null
        ? { guest, value, error }
        : attempt(guest, () =>
            findInside(deps, { guests: value, wanted: guest, mayTaint, domains: host.domains, readRevoked }),
          ),
    ),
  );
}

/** Whom each word means; without words, each guest is meant. */
async function findMeant(
  known: readonly KnownGuest[],
  named: readonly string[] | null,
): Promise<readonly Outcome<readonly KnownGuest[]>[]> {
  if (named === null) return known.filter(isShown).map((guest) => ({ guest: guest.name, value: [guest], error: null }));
  const find = createGuestFinder(known);
  return Promise.all(named.map((word) => attempt(word, async () => find(word))));
}

/** Read once, where one of them is needed. */
function createReadRevoked(store: Pick<GuestKeysStore, 'keys'>): () => Promise<ReadonlySet<GuestId>> {
  let reading: Promise<ReadonlySet<GuestId>> | null = null;
  const read = async () => {
    const keys = Map.groupBy(await store.keys(), ({ guest }) => guest);
    return new Set([...keys].flatMap(([guest, own]) => (isRevoked(own) ? [guest] : [])));
  };
  return () => {
    reading ??= read();
    return reading;
  };
}

/** A Fault stands against one guest; anything else against all. */
async function attempt<Value>(guest: string, work: () => Promise<Value>): Promise<Outcome<Value>> {
  try {
    return { guest, value: await work(), error: null };
  } catch (error) {
    if (error instanceof Fault) return { guest, value: null, error: error.detail };
    throw error;
  }
}

function valuesOf<Value>(outcomes: readonly Outcome<Value>[]): readonly Value[] {
  return outcomes.flatMap(({ value }) => (value === null ? [] : [value]));
}

function toOutcome(guest: string, asked: Asked): Outcome<Extract<Asked, { kind: 'asked' }>['requestId']> {
  if (asked.kind === 'asked') return { guest, value: asked.requestId, error: null };
  return { guest, value: null, error: asked.reason instanceof Fault ? asked.reason.detail : NOT_STORED };
}

const NOT_STORED: FaultDetail = {
  code: 'internal',
  operation: 'trim',
  subject: 'the request',
  cause: 'it could not be stored',
  hint: 'The collector’s log has why: journalctl -u trimtab',
};
