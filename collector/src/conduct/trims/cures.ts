import { type RequestId, speaks, type TrimReport } from '@trimtab/protocol';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { TrimResult, Verdict } from '../../model/trim-result.ts';

interface Pending {
  readonly guestId: GuestId;
  /** What the trim that is to be cured came to. */
  readonly result: TrimResult;
}

/**
 * After a trim in which ext4 sent nothing of what the host still holds, has the guest discard everything again: once, and only
 * where the verdict is `stale`, which takes a path that is proven good and excludes what was tried in vain (`PastTrims`).
 */
export function createCures(deps: { readonly send: GuestLinks['send']; newId(): RequestId }) {
  const pending = new Map<RequestId, Pending>();

  return {
    /** The request that was sent, and the mounts it names; null when there is nothing to cure, or nobody who could. */
    begin(
      guest: ConnectedGuest,
      report: TrimReport,
      result: TrimResult,
    ): { readonly requestId: RequestId; readonly mounts: readonly string[] } | null {
      const stale = new Set(result.disks.filter(({ verdict }) => verdict === 'stale').map(({ device }) => device));
      const isStale = (disk: string) => stale.has(disk);
      if (stale.size === 0 || !speaks(guest.wireVersion, 'cures')) return null;
      const mounts = report.filesystems
        .filter(({ disks, outcome }) => outcome.status === 'done' && outcome.trimmedBytes === 0 && disks.some(isStale))
        .map(({ mount }) => mount);
      if (mounts.length === 0) return null;
      const requestId = report.requestId ?? deps.newId();
      if (!deps.send(guest.id, { type: 'request', requestId, mounts, cures: report.id })) return null;
      pending.set(requestId, { guestId: guest.id, result });
      return { requestId, mounts };
    },

    /** What a trim came to, for whoever asked for it: a cure stands in the place of what it cured. */
    conclude(guest: ConnectedGuest, report: TrimReport, result: TrimResult): TrimResult {
      if (!report.filesystems.some(({ again }) => again)) return result;
      const cured = report.requestId === null ? undefined : pending.get(report.requestId);
      if (cured === undefined || cured.guestId !== guest.id) return result;
      if (report.requestId !== null) pending.delete(report.requestId);
      return mergeCure(cured.result, result);
    },

    /** The guest would not, or went away: what is known is the first result. Null for a request that cures nothing. */
    giveUp(requestId: RequestId, guestId: GuestId): TrimResult | null {
      const cure = pending.get(requestId);
      if (cure === undefined || cure.guestId !== guestId) return null;
      pending.delete(requestId);
      return cure.result;
    },

    giveUpAllOf(guestId: GuestId): readonly { readonly requestId: RequestId; readonly result: TrimResult }[] {
      const own = [...pending].filter(([, cure]) => cure.guestId === guestId);
      for (const [requestId] of own) pending.delete(requestId);
      return own.map(([requestId, { result }]) => ({ requestId, result }));
    },
  };
}

export type Cures = ReturnType<typeof createCures>;

/** A cure that was called off, or came to nothing that can be told, leaves what was known before it. */
const SAYS_NOTHING: ReadonlySet<Verdict> = new Set(['cancelled', 'failed', 'inconclusive']);

function mergeCure(first: TrimResult, cure: TrimResult): TrimResult {
  const filesystems = first.filesystems.map((one) => cure.filesystems.find(({ mount }) => mount === one.mount) ?? one);
  const disks = first.disks.map((one) => {
    const cured = cure.disks.find(({ device }) => device === one.device);
    return cured === undefined || SAYS_NOTHING.has(cured.verdict) ? one : cured;
  });
  return { ...first, curedBy: cure.id, durationMs: first.durationMs + cure.durationMs, filesystems, disks };
}
