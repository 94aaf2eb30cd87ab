import type { FromHost, RequestId, TrimId, TrimReport } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../../../collector/src/link/guest-links.ts';
import { BUSY, reportOf } from './trim-examples.ts';
import type { TrimsWorld } from './trims-world.ts';

interface OwnTrim {
  readonly trimId: TrimId;
  readonly requestId: RequestId | null;
  readonly cures: boolean;
  stage: 'waiting' | 'running';
}

/**
 * A guest whose agent keeps its promises: one trim at a time, an intent again after each reconnect while it waits,
 * reports kept until they are acknowledged. All else that it hears is acted on only by `hear`, so that a test decides
 * the order.
 */
export function createModelGuest({
  guest: first,
  world,
  newTrimId,
  isStale,
}: {
  guest: ConnectedGuest;
  world: TrimsWorld;
  newTrimId(): TrimId;
  /** Will the next trim find ext4 stale? */
  isStale(): boolean;
}) {
  let guest = first;
  let boots = 0;
  let isConnected = false;
  let current: OwnTrim | null = null;
  let inbox: FromHost[] = [];
  const outbox = new Map<TrimId, TrimReport>();
  /** Those that began with a grant, and those that there is a report of: each must be stored. */
  const owed = { granted: new Set<TrimId>(), reported: new Set<TrimId>() };
  /** Each once, however often it was asked: but for the cures, which bear the request of the trim that they cure. */
  const answered: RequestId[] = [];

  const attend = (work: Promise<unknown>) => world.attend(guest.id, work);

  function sayIntent({ trimId, requestId }: OwnTrim): void {
    const trigger = requestId === null ? 'scheduled' : 'requested';
    attend(world.trims.intended(guest, { type: 'intent', trimId, trigger, requestId, mounts: ['/mnt/vda'] }));
  }

  function begin({ requestId, cures }: Pick<OwnTrim, 'requestId' | 'cures'>): void {
    current = { trimId: newTrimId(), requestId, cures, stage: 'waiting' };
    if (isConnected) sayIntent(current);
  }

  function end(): void {
    if (current === null) return;
    const { trimId, requestId, cures } = current;
    current = null;
    const foundStale = !cures && isStale();
    if (foundStale) world.verdicts.set(trimId, 'stale');
    const report = reportOf({ trimId, requestId, trimmedBytes: { vda: foundStale ? 0 : 9 }, again: cures });
    outbox.set(trimId, report);
    owed.reported.add(trimId);
    if (requestId !== null && !cures) answered.push(requestId);
    if (isConnected) attend(world.trims.reported(guest, report));
  }

  /** An older agent does not know it again, and says that it is busy. */
  function isBeingAnswered(requestId: RequestId): boolean {
    if (guest.wireVersion < 3) return false;
    return current?.requestId === requestId || [...outbox.values()].some((report) => report.requestId === requestId);
  }

  function act(message: FromHost): void {
    switch (message.type) {
      case 'request':
        if (message.cures === null && isBeingAnswered(message.requestId)) return;
        if (current === null) begin({ requestId: message.requestId, cures: message.cures !== null });
        else attend(world.trims.refused(guest, message.requestId, BUSY));
        return;
      case 'grant':
        if (current?.trimId !== message.trimId) return;
        owed.granted.add(message.trimId);
        go();
        return;
      case 'cancel':
        if (current?.trimId === message.trimId) end();
    }
  }

  /** Granted, or without the collector because that is away. */
  function go(): void {
    if (current?.stage !== 'waiting') return;
    current.stage = 'running';
    if (isConnected) sayStarted(current);
  }

  function sayStarted({ trimId }: OwnTrim): void {
    attend(world.trims.started(guest, { type: 'started', trimId, startedAt: 0 }));
  }

  function disconnect({ isTold }: { isTold: boolean }): void {
    if (!isConnected) return;
    isConnected = false;
    inbox = [];
    if (isTold) world.leave(guest.id);
  }

  return {
    guest: first,
    owed,
    answered,
    end,
    isConnected: () => isConnected,
    isIdle: () => current === null && outbox.size === 0 && inbox.length === 0,
    isRunning: () => current?.stage === 'running',
    /** It has not read that it was granted. */
    hasUnheardGrant: () => inbox.some(({ type }) => type === 'grant'),
    receive(message: FromHost): void {
      if (message.type === 'acknowledged') outbox.delete(message.trimId);
      else inbox.push(message);
    },
    /** The oldest thing that the host said and that was not acted on. */
    hear(): void {
      const message = inbox.shift();
      if (message !== undefined) act(message);
    },
    schedule(): void {
      if (current === null) begin({ requestId: null, cures: false });
    },
    goAlone(): void {
      if (!isConnected) go();
    },
    progress(): void {
      if (current?.stage !== 'running' || !isConnected) return;
      const { trimId } = current;
      const place = { mount: '/mnt/vda', index: 1, of: 1, elapsedMs: 1, issuedBytes: null };
      attend(world.trims.progressed(guest, { type: 'progress', trimId, ...place }));
    },
    connect(): void {
      if (isConnected) return;
      isConnected = true;
      // A connection that the host takes for open ends with the next one.
      world.leave(guest.id);
      world.connect(guest);
      if (current?.stage === 'waiting') sayIntent(current);
      // An older agent says it when its sync has ended.
      if (current?.stage === 'running' && guest.wireVersion >= 3) sayStarted(current);
      for (const report of outbox.values()) attend(world.trims.reported(guest, report));
    },
    /** The link is gone, and with it what the guest had not read. */
    disconnect,
    /** Its process is started anew: of what had begun it has a journal, and of what had not, nothing. */
    beStartedAnew(): void {
      disconnect({ isTold: true });
      if (current?.stage === 'running') end();
      current = null;
    },
    /** Saved and restored: another QEMU goes on with the same boot. */
    beRestored(): void {
      world.killQemu(guest.id);
      disconnect({ isTold: true });
    },
    /**
     * Reset, or its QEMU killed. It comes back as another boot; its agent knows what it was at only where its state is
     * on a disk.
     */
    die({ isQemuKilled, keepsState }: { isQemuKilled: boolean; keepsState: boolean }): void {
      if (isQemuKilled) world.killQemu(guest.id);
      // The host hears of a reset only when the guest says hello again.
      if (isQemuKilled) disconnect({ isTold: true });
      else disconnect({ isTold: false });
      if (keepsState && current?.stage === 'running') end();
      current = null;
      if (!keepsState) for (const trimId of outbox.keys()) owed.reported.delete(trimId);
      if (!keepsState) outbox.clear();
      guest = { ...guest, identity: { ...guest.identity, bootId: `boot-${++boots}` } };
    },
  };
}

export type ModelGuest = ReturnType<typeof createModelGuest>;
