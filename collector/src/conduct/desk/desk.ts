import type { RequestId } from '@trimtab/protocol';
import { findSharedImages } from '../../correlate/match-shared.ts';
import { findTwins } from '../../correlate/match-twins.ts';
import { findCopies } from '../../link/find-copies.ts';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { DoctorView } from '../../model/doctor.ts';
import type { ImageState } from '../../model/image.ts';
import type { PoolState } from '../../model/pool.ts';
import type { ThinPool } from '../../model/volumes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Desk } from '../../ports/desk/desk.ts';
import type { TrimRequest } from '../../ports/desk/trims.ts';
import type { Store } from '../../ports/store/store.ts';
import { type DoctorDeps, examine } from '../doctor/doctor.ts';
import type { Repairs } from '../repair/repairs.ts';
import { ANSWER_TIMEOUT_MS, ambiguous, noAgent, noAnswer, unknownGuest, unknownMount } from '../survey/guest-faults.ts';
import type { Survey } from '../survey/survey.ts';
import type { Requests } from '../trims/requests.ts';
import { describeGuests, noteMissingAgent } from './describe-guests.ts';
import { describeImages } from './describe-images.ts';

export interface DeskDeps {
  readonly clock: Clock;
  readonly store: Store;
  readonly survey: Survey;
  readonly requests: Requests;
  readonly links: GuestLinks;
  readonly sampler: DoctorDeps['sampler'];
  readonly repairs: Repairs;
  newId(): RequestId;
  readPools(held: {
    readonly images: readonly ImageState[];
    readonly thinPools: readonly ThinPool[];
  }): Promise<readonly PoolState[]>;
}

/** The one interface of the faces, over what the stages know. */
export function createDesk(deps: DeskDeps): Desk {
  const { clock, store, survey, requests, links } = deps;
  const examinations = new Map<string | null, Promise<DoctorView>>();

  return {
    async status() {
      const look = await survey.readAll();
      const { host, images } = look;
      const states = images.readings.flatMap(({ state }) => (state === null ? [] : [state]));
      return {
        takenAt: new Date(clock.now()).toISOString(),
        pools: await deps.readPools({ images: states, thinPools: images.thinPools }),
        images: await describeImages({ guests: links.guests(), look, survey }),
        sources: host.sources,
        findings: [
          ...host.findings,
          ...findTwins(host.domains),
          ...findSharedImages(host.domains),
          ...images.readings.flatMap(({ finding }) => (finding === null ? [] : [finding])),
        ],
      };
    },
    async guests() {
      const [host, records] = await Promise.all([survey.look(), store.guests()]);
      const rows = describeGuests({ domains: host.domains, records, connected: links.guests() });
      return {
        takenAt: new Date(clock.now()).toISOString(),
        guests: rows,
        findings: [
          ...host.findings,
          ...findTwins(host.domains),
          ...findCopies(links.guests()),
          ...rows.flatMap(noteMissingAgent),
        ],
      };
    },
    async history(query) {
      if (query.guest === null) return store.history(query);
      const { names } = await findKnown(query.guest);
      const [name = query.guest] = names;
      return store.history({ ...query, guest: name });
    },
    findTrim: (id) => store.findTrim(id),
    async doctor(guest) {
      if (guest !== null) await findKnown(guest);
      // Who asks while the same is being looked at gets that.
      const running = examinations.get(guest) ?? examine(deps, guest).finally(() => examinations.delete(guest));
      examinations.set(guest, running);
      return running;
    },
    planRepair: (query) => deps.repairs.plan(query),
    repair: (query) => deps.repairs.repair(query),
    async requestTrim(request) {
      const guest = await findGuest(request);
      const mounts = request.mounts?.map((mount) => resolveMount(guest, mount)) ?? null;
      const requestId = deps.newId();
      requests.begin(requestId, guest);
      links.send(guest.id, { type: 'request', requestId, mounts, cures: null });
      clock.after(ANSWER_TIMEOUT_MS, () => {
        if (!requests.isAnswered(requestId)) requests.refuse(requestId, guest.id, noAnswer(guest));
      });
      return { requestId };
    },
    watch: (query) => requests.watch(query),
    async cancel(requestId) {
      const { guestId, trimId } = requests.cancel(requestId);
      if (trimId !== null) links.send(guestId, { type: 'cancel', trimId, reason: 'cancelled from the host' });
    },
  };

  async function findGuest({ guest: wanted }: TrimRequest): Promise<ConnectedGuest> {
    const connected = links.guests().filter(({ id, name }) => id === wanted || name === wanted);
    const [only] = connected;
    if (only !== undefined && connected.length === 1) return only;
    if (only !== undefined) throw ambiguous(wanted, connected);
    await findKnown(wanted);
    throw noAgent(wanted);
  }

  /** The names of the guests, here or remembered, that this name or id means. Throws `unknown-guest`. */
  async function findKnown(wanted: string): Promise<{ names: readonly string[] }> {
    const [host, records] = await Promise.all([survey.look(), store.guests()]);
    const names = [
      ...records.filter(({ id, name }) => id === wanted || name === wanted).map(({ name }) => name),
      ...host.domains.filter(({ name, uuid }) => name === wanted || uuid === wanted).map(({ name }) => name),
    ];
    if (names.length === 0) throw unknownGuest(wanted);
    return { names };
  }
}

/** Any mount point of a filesystem stands for it; the agent knows it by the one that speaks for it. */
function resolveMount(guest: ConnectedGuest, mount: string): string {
  const found = guest.inventory?.filesystems.find(
    (filesystem) => filesystem.mount === mount || filesystem.alsoMountedAt.includes(mount),
  );
  if (found === undefined) throw unknownMount(guest, mount);
  return found.mount;
}
