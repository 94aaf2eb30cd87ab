import type { RequestId, Trigger, TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { HowUntold } from '../trims/trim-model.ts';
import type { Trims } from '../trims/trims.ts';
import { type CarryOutDeps, carryOut } from './carry-out.ts';
import { toAccount } from './to-account.ts';

/** What the trims hear of it, as of any guest. */
export type TrimsHeard = Pick<
  Trims,
  'intended' | 'started' | 'progressed' | 'reported' | 'refused' | 'untrimmed' | 'untold'
>;

export interface OwnTrim {
  readonly guest: ConnectedGuest;
  readonly trimId: TrimId;
  readonly requestId: RequestId | null;
  readonly trigger: Trigger;
  readonly mounts: readonly string[];
  /** From then on nobody can stop it. */
  isGranted: boolean;
  /** It is over, however it ended. */
  end(): void;
}

/**
 * From the grant to what an agent would report. Rejects when the store fails. What is reported is forgotten once it is
 * acknowledged; what nothing is stored of, at once.
 */
export async function playHalf(
  deps: CarryOutDeps,
  {
    own,
    paths,
    trims,
    forget,
  }: { own: OwnTrim; paths: readonly DiskPath[]; trims: TrimsHeard; forget(own: OwnTrim): void },
): Promise<void> {
  const { clock, log } = deps;
  const { guest, trimId, mounts, trigger, requestId } = own;
  const startedAt = clock.now();
  const beganMs = clock.monotonicMs();
  const tell = (work: Promise<void>) =>
    work.catch((error) => log.error({ trimId, reason: toReason(error) }, 'a sign of a trim could not be noted'));
  const ended = await carryOut(deps, {
    guest,
    paths,
    signs: {
      started: () => void tell(trims.started(guest, { type: 'started', trimId, startedAt })),
      moved: (seen) => void tell(trims.progressed(guest, { ...WHOLE, ...seen, trimId })),
    },
  });
  const durationMs = Math.round(clock.monotonicMs() - beganMs);
  if (ended.kind === 'over') {
    const wish = { trigger, requestId, mounts: [...mounts] };
    return trims.reported(guest, toAccount({ trimId, guest, wish, told: ended.told, startedAt, durationMs }));
  }
  log.warn({ guest: guest.name, trimId, reason: ended.fault.message }, 'a trim through qemu-ga failed');
  // Whoever asked knows the guest, and not the channel.
  if (ended.kind === 'untrimmed') await trims.untrimmed(guest, trimId, { ...ended.fault.detail, subject: guest.name });
  else await trims.untold(guest, trimId, HOW_UNTOLD[ended.fault.detail.code] ?? 'qemu-ga-ended');
  forget(own);
}

/** By the codes of GuestAgents.trim. */
const HOW_UNTOLD: Readonly<Partial<Record<string, HowUntold>>> = {
  'virsh-failed': 'libvirt-ended',
  'guest-agent-error': 'qemu-ga-failed',
};

/** qemu-ga does not tell which filesystem it is at. */
const WHOLE = { type: 'progress', mount: null, index: 1, of: 1, issuedBytes: null } as const;
