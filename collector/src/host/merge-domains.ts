import {
  type Domain,
  type Finding,
  type GuestAgentAccess,
  type Monitor,
  SOURCES,
  type Source,
} from '../model/domain.ts';
import type { SourceFinding } from '../ports/host-source.ts';
import { mergeDisks } from './merge-disks.ts';

export interface Told {
  readonly source: Source;
  readonly domains: readonly Domain[];
  readonly findings: readonly SourceFinding[];
}

/**
 * One list of guests out of what several sources tell: the same UUID, or the same process, is the same guest. The first
 * source in the order of SOURCES decides its key and name; the others complete it.
 */
export function mergeDomains(told: readonly Told[]): { domains: readonly Domain[]; findings: readonly Finding[] } {
  const ordered = SOURCES.flatMap((source) => told.filter((one) => one.source === source));
  const stale = new Map<string, Set<string>>();
  for (const { staleDisk } of ordered.flatMap(({ findings }) => findings)) {
    if (staleDisk === undefined) continue;
    stale.set(staleDisk.domain, (stale.get(staleDisk.domain) ?? new Set()).add(staleDisk.disk));
  }
  const domains: Domain[] = [];
  const explained = new Set<string>();
  const findings: Finding[] = [];
  const known = createIndex();
  const places = new Map<string, number>();
  for (const { source, domains: more } of ordered) {
    for (const domain of more) {
      const at = known.find(domain, source);
      const first = at === null ? undefined : domains[at];
      if (at === null || first === undefined) {
        const place = domains.push(domain) - 1;
        known.add(domain, place);
        places.set(domain.key, place);
        continue;
      }
      places.set(domain.key, at);
      const merged = mergeDomain({ first, second: domain, stale: stale.get(domain.key) ?? new Set() });
      domains[at] = merged;
      known.add(merged, at);
      if (source === 'qemu-process') explained.add(domain.key);
      if (source === 'static-list') findings.push(toSuperfluous({ configured: domain, first }));
    }
  }
  const others = ordered
    .flatMap((one) => one.findings)
    .filter(({ staleDisk }) => staleDisk === undefined || !explained.has(staleDisk.domain))
    .filter(createIsNews({ places, domains }))
    .map(({ subject, sentence, hint }) => ({ subject, sentence, hint }));
  return { domains, findings: [...others, ...findings] };
}

/** No longer news: a disk that one source left out and another has, or that a better source left out already. */
function createIsNews({
  places,
  domains,
}: {
  /** By the key of any source, which of the merged it is. */
  places: ReadonlyMap<string, number>;
  domains: readonly Domain[];
}): (finding: SourceFinding) => boolean {
  const told = new Set<string>();
  return ({ leftOut, untilRunning }) => {
    const running = untilRunning === undefined ? undefined : places.get(untilRunning);
    if (running !== undefined && domains[running]?.seenBy.includes('qemu-process')) return false;
    if (leftOut === undefined) return true;
    const place = places.get(leftOut.domain);
    if (place === undefined) return true;
    const name = `${place} ${leftOut.disk}`;
    const isThere = domains[place]?.disks.some(({ id }) => id === leftOut.disk) === true;
    if (isThere || told.has(name)) return false;
    told.add(name);
    return true;
  };
}

/** Where the guests found so far are, by what identifies them. Two guests of one source are never one. */
function createIndex() {
  const byUuid = new Map<string, number>();
  const byPid = new Map<number, number>();
  const tellers = new Map<number, Set<Source>>();
  return {
    find({ uuid, pid }: Domain, source: Source): number | null {
      const at = (pid === null ? undefined : byPid.get(pid)) ?? (uuid === null ? undefined : byUuid.get(uuid));
      return at === undefined || tellers.get(at)?.has(source) ? null : at;
    },
    add({ uuid, pid, seenBy }: Domain, at: number): void {
      if (uuid !== null && !byUuid.has(uuid)) byUuid.set(uuid, at);
      if (pid !== null) byPid.set(pid, at);
      tellers.set(at, new Set(seenBy));
    },
  };
}

function mergeDomain({ first, second, stale }: { first: Domain; second: Domain; stale: ReadonlySet<string> }): Domain {
  const isRunning = second.source === 'qemu-process';
  return {
    key: first.key,
    name: first.name,
    uuid: first.uuid ?? second.uuid,
    guestUuid: (isRunning ? second.guestUuid : null) ?? first.guestUuid ?? second.guestUuid,
    source: first.source,
    libvirtUri: first.libvirtUri ?? second.libvirtUri,
    seenBy: [...first.seenBy, ...second.seenBy],
    isRunning: first.isRunning === true || second.isRunning === true ? true : (first.isRunning ?? second.isRunning),
    pid: second.pid ?? first.pid,
    monitors: joinMonitors(first.monitors, second.monitors),
    bootId: first.bootId ?? second.bootId,
    ...joinGuestAgents(first.guestAgent, second.guestAgent),
    ...joinAgentChannels(first.agentChannel, second.agentChannel),
    disks: mergeDisks({ first: first.disks, second: second.disks, isRunning, stale }),
  };
}

/** A socket first: asking through libvirt costs a process, and libvirt notes in the domain that somebody asked. */
function joinMonitors(...lists: readonly (readonly Monitor[])[]): readonly Monitor[] {
  const all = new Map(lists.flat().map((monitor) => [JSON.stringify(monitor), monitor]));
  return [...all.values()].sort((one, other) => Number(one.kind === 'libvirt') - Number(other.kind === 'libvirt'));
}

function joinAgentChannels(...told: readonly (string | undefined)[]): Pick<Domain, 'agentChannel'> {
  const agentChannel = told.find((path) => path !== undefined);
  return agentChannel === undefined ? {} : { agentChannel };
}

/** A way that is open before one that is held, and that before none; of two alike the first. */
function joinGuestAgents(...told: readonly (GuestAgentAccess | undefined)[]): Pick<Domain, 'guestAgent'> {
  const all = told.filter((access) => access !== undefined);
  const best = ACCESS_ORDER.flatMap((kind) => all.find((access) => access.kind === kind) ?? [])[0];
  return best === undefined ? {} : { guestAgent: best };
}

const ACCESS_ORDER: readonly GuestAgentAccess['kind'][] = ['channel', 'held', 'none'];

function toSuperfluous({ configured, first }: { configured: Domain; first: Domain }): Finding {
  const running =
    first.pid === null ? `${first.name} of ${first.source}` : `the running process ${first.pid} (${first.name})`;
  return {
    subject: configured.name,
    sentence: `The configured guest has the uuid of ${running}, which is believed where the two differ.`,
    hint: `Remove [[guest]] ${configured.name} from the configuration.`,
  };
}
