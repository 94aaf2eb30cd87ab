import { Fault } from '@trimtab/protocol/shared';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { Domain } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { TrimRequest, TrimsDesk } from '../../ports/desk/trims.ts';
import type { GuestKeysStore } from '../../ports/store/guest-keys.ts';
import type { TrimsStore } from '../../ports/store/trims.ts';
import type { PresentGuests } from '../qga/present-guests.ts';
import { wholeGuestOnly } from '../qga/qga-faults.ts';
import { findAgent } from '../survey/find-guest.ts';
import { type FindGuestDeps, findKnownGuests } from '../survey/find-known-guests.ts';
import { freshenInventories } from '../survey/fresh-inventories.ts';
import { noAgent, unknownMount } from '../survey/guest-faults.ts';
import { isRevoked } from '../survey/is-revoked.ts';
import type { KnownGuest } from '../survey/known-guests.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';
import type { Trims } from '../trims/trims.ts';
import type { VisitWish } from '../trims/visit-requests.ts';

export interface TrimsDeskDeps {
  readonly clock: Clock;
  readonly links: Pick<GuestLinks, 'saying' | 'find' | 'send'>;
  readonly survey: Pick<Survey, 'read' | 'readNow'>;
  readonly store: Pick<TrimsStore, 'history' | 'findTrim' | 'findTrims'> &
    Pick<GuestKeysStore, 'keys'> &
    FindGuestDeps['store'];
  readonly trims: Pick<Trims, 'ask' | 'askAtVisit' | 'cancel' | 'watch'>;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'ask'>;
  readonly present: Pick<PresentGuests, 'enter'>;
  /** How an agent gets here: conduct/survey/guest-faults.ts. */
  readonly startAgent: () => string;
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
      const found = await findInside(deps, request);
      if (found.kind === 'comes')
        return { requestId: await trims.askAtVisit({ guest: found.guest, mounts: request.mounts, askedBy }) };
      const { guest } = found;
      if (guest.byQemuGa !== undefined && request.mounts !== null) throw wholeGuestOnly(guest.name);
      const mounts = request.mounts === null ? null : await resolveMounts(deps, guest, request.mounts);
      return { requestId: await trims.ask({ guest, mounts, askedBy }) };
    },
    watch: (query) => trims.watch(query),
    cancel: (requestId) => trims.cancel(requestId),
  };
}

/** One that can be asked now, or that visits, and is asked when it comes. */
type FoundInside =
  | { readonly kind: 'here'; readonly guest: ConnectedGuest }
  | { readonly kind: 'comes'; readonly guest: VisitWish['guest'] };

/** Our agent, if it is there; else qemu-ga. Nobody is refused as off by what was true two seconds ago. */
async function findInside(deps: TrimsDeskDeps, request: TrimRequest): Promise<FoundInside> {
  try {
    return await findInsideOf(deps, request, deps.survey.read);
  } catch (error) {
    if (!(error instanceof Fault) || !OFF.has(error.detail.code)) throw error;
    return findInsideOf(deps, request, deps.survey.readNow);
  }
}

/** It was off a moment ago, or is by now: the host tells it best. */
const OFF: ReadonlySet<string> = new Set(['guest-off', 'guest-agent-off']);

/** Throws as `findAgent`, and what qemu-ga answered where it is all there is. */
async function findInsideOf(
  { links, store, qemuGaGuests, present, startAgent }: TrimsDeskDeps,
  { guest: wanted, evenIfTainted }: TrimRequest,
  read: Survey['read'],
): Promise<FoundInside> {
  const ask = (domains: readonly Domain[]) => qemuGaGuests.ask(domains, 0);
  const guests = await findKnownGuests({ links, store, survey: { read } }, wanted, ask);
  const [only, ...others] = guests.filter(({ state }) => state === 'connected');
  const described = only?.qemuGa?.kind === 'answered' ? only.qemuGa.described : null;
  if (only === undefined || only.domain === null || described === null || others.length > 0) {
    const [first] = guests;
    // Where no agent of ours ever was, what qemu-ga says is what there is to mend.
    if (guests.length === 1 && first?.state === 'no-agent' && first.qemuGa?.kind === 'silent')
      throw new Fault({ ...first.qemuGa.fault, subject: first.name });
    const revoked = await readRevoked(store, guests);
    const guest = guests.length === 1 && first !== undefined ? toVisitor(first, revoked) : null;
    if (guest !== null) return { kind: 'comes', guest };
    return { kind: 'here', guest: findAgent({ guests, wanted, startAgent: startAgent(), revoked }) };
  }
  const { domains } = await read();
  return {
    kind: 'here',
    guest: await present.enter({ domain: only.domain, domains, described, mayTaint: evenIfTainted === true }),
  };
}

function toVisitor({ state, record }: KnownGuest, revoked: ReadonlySet<GuestId>): VisitWish['guest'] | null {
  if (state !== 'visits' || record === null || record.visits === null || revoked.has(record.id)) return null;
  return { id: record.id, name: record.name, visits: record.visits };
}

/** Who is connected is not kept out, and is not asked after. */
async function readRevoked(
  store: Pick<GuestKeysStore, 'keys'>,
  guests: readonly KnownGuest[],
): Promise<ReadonlySet<GuestId>> {
  const away = guests.flatMap(({ record, connected }) => (connected === null ? (record?.id ?? []) : []));
  const keys = await Promise.all(away.map(store.keys));
  return new Set(away.filter((_, index) => isRevoked(keys[index] ?? [])));
}

/**
 * Any mount point of a filesystem stands for it; the agent knows it by the one that speaks for it. A mount may be newer
 * than what the guest announced last: then it is asked again before it is refused.
 */
async function resolveMounts(
  { clock, links, startAgent }: Pick<TrimsDeskDeps, 'clock' | 'links' | 'startAgent'>,
  guest: ConnectedGuest,
  mounts: readonly string[],
): Promise<readonly string[]> {
  if (mounts.some((mount) => findMount(guest, mount) === null)) await freshenInventories({ clock, links }, [guest]);
  const fresh = links.find(guest.id);
  if (fresh === null) throw noAgent({ wanted: guest.name, wasHere: true, startAgent: startAgent() });
  return mounts.map((mount) => {
    const found = findMount(fresh, mount);
    if (found === null) throw unknownMount(fresh, mount);
    return found;
  });
}

function findMount({ inventory }: ConnectedGuest, mount: string): string | null {
  const found = inventory?.filesystems.find(
    (filesystem) => filesystem.mount === mount || filesystem.alsoMountedAt.includes(mount),
  );
  return found?.mount ?? null;
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
