import { Fault } from '@trimtab/protocol/shared';
import type { Domain } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { TrimRequest, TrimsDesk } from '../../ports/desk/trims.ts';
import type { GuestKeysStore } from '../../ports/store/guest-keys.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import { type FindGuestDeps, findKnownGuests } from '../survey/find-known-guests.ts';
import { isRevoked } from '../survey/is-revoked.ts';
import type { KnownGuest } from '../survey/known-guests.ts';
import type { Survey } from '../survey/survey.ts';
import type { Trims } from '../trims/trims.ts';
import { type AskManyDeps, askMany } from './ask-many.ts';
import { findInside, type Inside } from './find-inside.ts';
import { freshenForMounts, resolveMounts } from './resolve-mounts.ts';

export interface TrimsDeskDeps extends AskManyDeps {
  readonly links: FindGuestDeps['links'] & AskManyDeps['links'];
  readonly survey: Pick<Survey, 'read' | 'readNow'>;
  readonly store: Pick<TrimsStore, 'history' | 'findTrim' | 'findTrims'> &
    AskManyDeps['store'] &
    FindGuestDeps['store'];
  readonly trims: Pick<Trims, 'ask' | 'askAll' | 'cancel' | 'watch'>;
}

/** The trims that are over, and those that somebody asks for. */
export function createTrimsDesk(deps: TrimsDeskDeps): TrimsDesk {
  const { store, trims } = deps;

  return {
    async history({ guest, limit, before }) {
      if (guest === null) return store.history({ guestId: null, limit, before });
      const [record] = (await findKnownGuests(deps, guest)).flatMap((known) => known.record ?? []);
      // A guest from which no agent ever connected has no history.
      return record === undefined ? { trims: [], older: null } : store.history({ guestId: record.id, limit, before });
    },
    async findTrim(id) {
      const [first, second] = await store.findTrims({ beginning: id, limit: 2 });
      if (first === undefined) return null;
      // Two guests may have a trim of one id, as a copied disk does: the first of them is told.
      if (second !== undefined && second.id !== first.id) throw ambiguousTrim(id);
      return store.findTrim(first);
    },
    async requestTrim(request, askedBy = { kind: 'socket' }) {
      const inside = await findOneInside(deps, request);
      const { mounts: wanted } = request;
      // What it has mounted by then, nobody knows yet.
      if (inside.kind === 'comes')
        return { requestId: await trims.ask({ guest: inside.guest, atVisit: inside.visits, mounts: wanted, askedBy }) };
      const { guest } = inside;
      if (wanted !== null) await freshenForMounts(deps, { guests: [guest], mounts: wanted });
      const mounts = wanted === null ? null : resolveMounts(deps, { guest, mounts: wanted });
      return { requestId: await trims.ask({ guest, mounts, askedBy }) };
    },
    requestTrims: (request, askedBy = { kind: 'socket' }) => askMany(deps, { request, askedBy }),
    watch: (query) => trims.watch(query),
    cancel: (requestId) => trims.cancel(requestId),
  };
}

/** Our agent, if it is there; else qemu-ga. Nobody is refused as off by what was true two seconds ago. */
async function findOneInside(deps: TrimsDeskDeps, request: TrimRequest): Promise<Inside> {
  try {
    return await findInsideOf(deps, request, deps.survey.read);
  } catch (error) {
    if (!(error instanceof Fault) || !OFF.has(error.detail.code)) throw error;
    return findInsideOf(deps, request, deps.survey.readNow);
  }
}

/** It was off a moment ago, or is by now: the host tells it best. */
const OFF: ReadonlySet<string> = new Set(['guest-off', 'guest-agent-off']);

/** Throws as `findInside`. */
async function findInsideOf(
  { links, store, qemuGaGuests, present, startAgent }: TrimsDeskDeps,
  { guest: wanted, evenIfTainted }: TrimRequest,
  read: Survey['read'],
): Promise<Inside> {
  const ask = (domains: readonly Domain[]) => qemuGaGuests.ask(domains, 0);
  const guests = await findKnownGuests({ links, store, survey: { read } }, wanted, ask);
  const { domains } = await read();
  const mayTaint = evenIfTainted === true;
  const readRevoked = () => readRevokedOf(store, guests);
  return findInside({ present, startAgent }, { guests, wanted, mayTaint, domains, readRevoked });
}

async function readRevokedOf(
  store: Pick<GuestKeysStore, 'keys'>,
  guests: readonly KnownGuest[],
): Promise<ReadonlySet<GuestId>> {
  const away = guests.flatMap(({ record, connected }) => (connected === null ? (record?.id ?? []) : []));
  const keys = await Promise.all(away.map(store.keys));
  return new Set(away.filter((_, index) => isRevoked(keys[index] ?? [])));
}

function ambiguousTrim(id: string): Fault {
  return new Fault({
    code: 'ambiguous-trim',
    operation: 'find a trim',
    subject: id,
    cause: 'the ids of several trims begin so',
    hint: 'Give more of it: trimtab history --json lists the whole ids.',
  });
}
