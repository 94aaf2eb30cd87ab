import { DISK_LIMIT, stacksOf, type TrimId } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { InsideTrimmed } from '../../model/guest-agent.ts';
import type { TrimAccount, TrimmedFilesystem, TrimmedOutcome } from '../../model/trim-account.ts';
import type { GuestAgentTrim } from '../../ports/guest-agent.ts';
import { disksBelow, tellsNoMounts } from '../trims/disks-below.ts';
import type { Wish } from '../trims/trim-model.ts';

/** What stands in the place of an agent's report: what qemu-ga told of its trim, and when the host asked it. */
export function toAccount({
  trimId,
  guest,
  wish,
  told,
  startedAt,
  durationMs,
}: {
  trimId: TrimId;
  guest: ConnectedGuest;
  wish: Wish;
  told: GuestAgentTrim;
  startedAt: number;
  durationMs: number;
}): TrimAccount {
  const known = toKnown(guest);
  return {
    id: trimId,
    trigger: wish.trigger,
    requestId: wish.requestId,
    granted: true,
    startedAt,
    durationMs,
    filesystems:
      told.kind === 'untold'
        ? [...known.values()].map((one) => ({ ...one, outcome: { status: 'done', trimmedBytes: null } }))
        : joinPaths({ paths: told.paths, known, elsewhere: tellsNoMounts(guest) ? disksBelow(guest, []) : [] }),
    layers: [],
    limitsAfter: [],
  };
}

type Known = Omit<TrimmedFilesystem, 'outcome'>;

/** By each mount point of each filesystem that it told of before. */
function toKnown({ inventory }: ConnectedGuest): ReadonlyMap<string, Known> {
  const stacks = inventory === null ? [] : stacksOf(inventory);
  return new Map(
    stacks.map(({ filesystem: { mount, kind }, disks }) => [
      mount,
      { mount, kind, disks: disks.slice(0, DISK_LIMIT), durationMs: null, again: false },
    ]),
  );
}

/**
 * Of a path that it has not told of before, as of a mount that is newer, nobody knows the disks; where it may not tell
 * of any, it can be on each of them.
 */
function joinPaths({
  paths,
  known,
  elsewhere,
}: {
  paths: readonly InsideTrimmed[];
  known: ReadonlyMap<string, Known>;
  /** The disks of what it has not told of. */
  elsewhere: readonly string[];
}): TrimmedFilesystem[] {
  const seen = new Set<string>();
  return paths.flatMap((path) => {
    const own = known.get(path.mount);
    if (seen.has(path.mount)) return [];
    seen.add(path.mount);
    const unknown: Known = {
      mount: path.mount,
      kind: 'unknown',
      disks: [...elsewhere],
      durationMs: null,
      again: false,
    };
    return [{ ...(own ?? unknown), outcome: toOutcome(path) }];
  });
}

/**
 * qga/commands-linux.c: `trim not supported` for ENOTTY and EOPNOTSUPP, and else `failed to trim …` or `failed to
 * open`.
 */
function toOutcome({ trimmedBytes, error }: InsideTrimmed): TrimmedOutcome {
  if (error === null) return { status: 'done', trimmedBytes };
  const message = `qemu-guest-agent says: ${error}`;
  return { status: /not supported/i.test(error) ? 'unsupported' : 'failed', message, hint: null };
}
