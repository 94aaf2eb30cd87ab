import type { FromHost, Inventory } from '@trimtab/protocol';
import { Fault } from '@trimtab/protocol/shared';
import type { Wanted } from '../../../collector/src/conduct/qga/present-guests.ts';
import { createQemuGaGuests } from '../../../collector/src/conduct/survey/qemu-ga-guests.ts';
import { createSurvey } from '../../../collector/src/conduct/survey/survey.ts';
import type { ConnectedGuest } from '../../../collector/src/link/guest-links.ts';
import type { Deed } from '../../../collector/src/model/deed.ts';
import type { Domain, HostView } from '../../../collector/src/model/domain.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { PoolState } from '../../../collector/src/model/pool.ts';
import type { TrimKey } from '../../../collector/src/model/trim-key.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { summarise } from '../../../collector/src/model/trim-summary.ts';
import type { GuestAgentAnswer, GuestAgents } from '../../../collector/src/ports/guest-agent.ts';
import type { GuestKey, HeldGuest } from '../../../collector/src/ports/store/guest-keys.ts';
import type { GuestRecord } from '../../../collector/src/ports/store/guests.ts';
import { createTestClock } from '../../support/test-clock.ts';
import { aDisk, aDomain, aHostDisk, anIdentity, GIB, UUID } from '../correlate/examples.ts';
import { aFilesystem, aLayer, anImage, UNMAP } from '../diagnose/examples.ts';

export const WEB = 'guest-1' as GuestId;
export const IDLE = 'guest-2' as GuestId;

/** The guest `web`: one disk, by its serial the host's `disk0`, with 1 of 4 GiB in use. */
export const INVENTORY: Inventory = {
  takenAt: 0,
  disks: [aDisk({ name: 'sda', sizeBytes: 4 * GIB, serial: 'web-root' })],
  layers: [aLayer('sda')],
  filesystems: [aFilesystem({ mount: '/', alsoMountedAt: ['/mnt/root'], usedBytes: GIB })],
  swaps: [],
  fstrimTimer: 'disabled',
  unreached: null,
  hasFstrim: null,
  facts: null,
};

export const aConnected = (rest: Partial<ConnectedGuest> = {}): ConnectedGuest => ({
  id: WEB,
  name: 'web',
  proof: 'word',
  identity: anIdentity(),
  agentVersion: '0.2.0',
  wireVersion: 2,
  others: 0,
  visits: null,
  inventory: INVENTORY,
  inventoryAt: 0,
  contested: null,
  isKnown: true,
  lastHeardAt: 0,
  ...rest,
});

export const aRecord = (rest: Partial<GuestRecord> = {}): GuestRecord => ({
  id: WEB,
  name: 'web',
  identities: [{ kind: 'product-uuid', value: UUID }],
  agentVersion: '0.2.0',
  firstSeenAt: 0,
  lastSeenAt: 0,
  visits: null,
  ...rest,
});

export const WEB_DOMAIN = aDomain({
  disks: [aHostDisk({ id: 'disk0', image: '/images/web.raw', serial: 'web-root', nodes: UNMAP })],
});

/** A guest of the hypervisor that no agent has ever connected from. */
export const BARE_DOMAIN = aDomain({
  key: 'qemu:200',
  name: 'bare',
  uuid: '00000000-0000-4000-8000-000000000002',
  guestUuid: '00000000-0000-4000-8000-000000000002',
  pid: 200,
  disks: [aHostDisk({ id: 'disk0', image: '/images/bare.raw' })],
});

const NO_QEMU_GA: GuestAgentAnswer = {
  kind: 'silent',
  fault: new Fault({
    code: 'guest-agent-not-running',
    operation: 'ask qemu-guest-agent',
    subject: 'a guest',
    cause: 'it does not run there',
    hint: 'Install qemu-guest-agent.',
  }),
};

/** What the host, the agents and the store tell; a real survey reads it. Time stands still but for `clock`. */
export function createKnownHost({
  domains = [WEB_DOMAIN, BARE_DOMAIN],
  connected = [aConnected()],
  records = [aRecord()],
  trims = [],
  unreadable = [],
  pools = [],
  keys = [],
  held = [],
  qemuGa = async (channels) => channels.map(() => NO_QEMU_GA),
}: {
  domains?: readonly Domain[];
  connected?: readonly ConnectedGuest[];
  records?: readonly GuestRecord[];
  trims?: readonly TrimResult[];
  keys?: readonly GuestKey[];
  held?: readonly HeldGuest[];
  /** As they were sampled last. */
  pools?: readonly PoolState[];
  /** Images that are refused. */
  unreadable?: readonly string[];
  /** What is asked of qemu-ga; nobody answers by default. */
  qemuGa?: GuestAgents['ask'];
} = {}) {
  const clock = createTestClock();
  const sent: { readonly id: GuestId; readonly message: FromHost }[] = [];
  const pastAsked: { readonly guestId: GuestId }[] = [];
  const forgotten: GuestId[] = [];
  const seriesForgotten: string[] = [];
  const sentAway: GuestId[] = [];
  const deeds: Deed[] = [];
  const jobsForgotten: GuestId[] = [];
  let guests = connected;
  let hostReadings = 0;
  const survey = createSurvey({
    clock,
    proofs: { settle: async () => ({ proven: new Map(), reasons: new Map() }) },
    refine: async (domain) => domain,
    async readHost(): Promise<HostView> {
      hostReadings += 1;
      const finding = { subject: 'libvirt', sentence: 'It does not answer now.', hint: null };
      return { takenAt: clock.now(), domains, findings: [finding], sources: [], offSince: new Map() };
    },
    readImages: async (disks) => ({
      readings: disks.map(({ image }) =>
        unreadable.includes(image)
          ? { state: null, pool: null, finding: { subject: image, sentence: 'It is no image.', hint: null } }
          : {
              state: anImage({
                path: image,
                at: image,
                capacityBytes: 4 * GIB,
                allocationBytes: 3 * GIB,
                pool: '/images',
              }),
              pool: { kind: 'ext4', nfsVersion: null, reflink: false, chunkBytes: null, discards: null },
              finding: null,
            },
      ),
      thinPools: [],
    }),
  });
  return {
    clock,
    log: { info() {} },
    survey,
    readPools: async () => pools,
    processes: { markOf: async (pid: number) => `${pid} 7 host-boot` },
    qemuGaGuests: createQemuGaGuests({ clock, guestAgents: { ask: qemuGa } }),
    present: {
      async enter({ domain, described, mayTaint }: Wanted) {
        const { channel, version, allows, addresses } = described;
        return aConnected({ name: domain.name, byQemuGa: { channel, version, allows, addresses, mayTaint } });
      },
    },
    startAgent: () => 'Start its agent.',
    sent,
    pastAsked,
    sentAway,
    deeds,
    hostReadings: () => hostReadings,
    forgotten,
    seriesForgotten,
    jobsForgotten,
    trims: {
      async forgetGuest(id: GuestId) {
        jobsForgotten.push(id);
      },
    },
    door: { findings: () => [] },
    countFiring: () => 0,
    enrolment: { findings: () => [] },
    notices: { findings: () => [] },
    links: {
      guests: () => guests,
      saying: (words: readonly string[]) =>
        guests.filter(({ identity: { productUuid, bootId } }) =>
          [productUuid, bootId].some((word) => word !== null && words.includes(word)),
        ),
      find: (id: GuestId) => guests.find((guest) => guest.id === id) ?? null,
      isConnected: (id: GuestId) => guests.some((guest) => guest.id === id),
      sendAway: (id: GuestId) => void sentAway.push(id),
      /** As an agent does: a `look` is answered by a new inventory. */
      send(id: GuestId, message: FromHost) {
        sent.push({ id, message });
        if (message.type === 'look')
          guests = guests.map((guest) =>
            guest.id === id ? { ...guest, inventory: { ...INVENTORY, takenAt: 1 } } : guest,
          );
        return guests.some((guest) => guest.id === id);
      },
    },
    store: {
      guests: async () => records,
      keys: async () => keys,
      held: async () => held,
      addDeed: async (deed: Deed) => void deeds.push(deed),
      findGuests: async (words: readonly string[]) =>
        records.filter(({ id, name, identities }) =>
          [id, name, ...identities.map(({ value }) => value)].some((word) => words.includes(word)),
        ),
      async earlierTrims(query: { readonly guestId: GuestId }) {
        pastAsked.push(query);
        return trims;
      },
      history: async () => ({ trims: trims.map(summarise), older: null }),
      findTrim: async ({ id }: TrimKey) => trims.find((trim) => trim.id === id) ?? null,
      findTrims: async () => [],
      countTrims: async () => trims.length,
      async forgetGuest(id: GuestId) {
        forgotten.push(id);
      },
      forgetSeries: async ({ subjectBegins }: { subjectBegins: string }) => void seriesForgotten.push(subjectBegins),
    },
  };
}
