import { HOPS, quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import {
  type DoctorDisk,
  type DoctorGuest,
  type DoctorView,
  type HopState,
  standsInTheWay,
} from '../../model/doctor.ts';
import type { GuestState } from '../../model/status.ts';
import type { Style } from '../paint.ts';
import { wrap } from '../wrap.ts';
import { formatCause } from './doctor-finding.ts';
import { formatWins } from './doctor-wins.ts';
import { formatFillable } from './fillable-pools.ts';
import { formatFindings } from './findings.ts';
import { formatDuration, formatInstant } from './format-time.ts';
import { formatInside } from './inside.ts';
import type { Page } from './page.ts';
import { findSharedNotes, formatSharedNotes, withoutShared } from './shared-notes.ts';

/**
 * The path of each disk with the first broken hop marked, what broke it and how to mend it; last what it all comes to.
 */
export function formatDoctor(view: DoctorView, page: Page): string {
  if (view.guests.length === 0) return `${formatNobody(view, page).join('\n')}\n`;
  const shared = findSharedNotes(view.guests);
  const guests = view.guests.flatMap((guest, index) => [
    ...(index === 0 ? [] : ['']),
    ...formatGuest(
      { guest: { ...guest, findings: withoutShared(guest.findings, shared) }, takenAt: view.takenAt },
      page,
    ),
  ]);
  return `${[
    ...guests,
    ...formatSharedNotes(shared, page),
    ...formatFindings(view.findings, page),
    ...formatFillable(view.fillable, page),
    '',
    page.paint('quiet', LEGEND),
    ...formatWins(view, page),
    ...formatSum(view, page),
  ].join('\n')}\n`;
}

function formatNobody({ sources, findings }: DoctorView, page: Page): string[] {
  return [
    'No guest found, and no agent is connected.',
    ...sources.flatMap(({ source, sentence }) =>
      wrap({ text: `${source}: ${sentence}`, width: page.width, first: '  ', rest: '    ' }),
    ),
    ...formatFindings(findings, page),
  ];
}

const MARKS: Readonly<Record<HopState, { readonly mark: string; readonly style: Style | null }>> = {
  good: { mark: '✓', style: 'good' },
  broken: { mark: '✗', style: 'bad' },
  behind: { mark: '·', style: 'quiet' },
  unknown: { mark: '?', style: 'unsure' },
};

const LEGEND = '✓ passes discards   ✗ loses or holds them   · after a ✗   ? only a trim can tell';

type Unseen = Exclude<GuestState, 'connected'> | 'not-here-yet';

/** A guest that was examined by half is never called clean. */
const UNSEEN: Readonly<Record<Unseen, { readonly why: string; readonly until: string }>> = {
  'not-here-yet': {
    why: 'its agent has not told of its disks yet',
    until: 'Whether discards are lost inside the guest is unknown until then. Ask again in a few seconds.',
  },
  away: {
    why: 'its agent is away',
    until:
      'Whether discards are lost inside the guest is unknown until its agent is back. trimtab guests tells when it was last heard.',
  },
  visits: {
    why: 'its agent comes now and then, and is not there',
    until:
      'Whether discards are lost inside the guest is unknown until it is. trimtab guests tells when it comes next; trimtab trim has what it finds kept.',
  },
  off: { why: 'it is off', until: 'Whether discards are lost inside the guest is unknown until it runs.' },
  'no-agent': {
    why: 'it has no agent',
    until: 'Whether discards are lost inside the guest is unknown until it has one.',
  },
};

const QEMU_GA_IS_SILENT = {
  why: 'its qemu-ga tells nothing of its disks now',
  until: 'Whether discards are lost inside the guest is unknown.',
};

/** Nothing is concluded from what it does not tell. */
const SEEN_BY_QEMU_GA =
  'qemu-ga tells its filesystems and how full they are. Whether discards are lost inside the guest only our agent sees: install it to find out.';

function toUnseen({ name, state, isRevoked, announced, inside }: DoctorGuest): (typeof UNSEEN)[Unseen] | null {
  // An agent that is kept out does not come back by itself.
  if (state === 'away' && isRevoked)
    return {
      why: 'its key was revoked, and its agent is kept out',
      until: `Whether discards are lost inside the guest is unknown until it is let in again: trimtab guests reinstate ${quote(name)}`,
    };
  if (state === 'no-agent') {
    const { why, until } = UNSEEN[state];
    return { why, until: `${until} This lets it in: trimtab enroll ${quote(name)}` };
  }
  if (state !== 'connected') return UNSEEN[state];
  if (announced) return null;
  return inside.kind === 'qemu-ga' ? QEMU_GA_IS_SILENT : UNSEEN['not-here-yet'];
}

/** What qemu-ga tells, or why it does not, with what changes that on a line of its own. */
function formatByQemuGa({ why, hint }: DoctorGuest['inside'], { width }: Page): string[] {
  if (why === null) return wrap({ text: SEEN_BY_QEMU_GA, width, first: '  ' });
  return [
    ...wrap({ text: `qemu-ga does not tell what is mounted: ${why}.`, width, first: '  ' }),
    ...(hint === null ? [] : wrap({ text: hint, width, first: '    ', rest: '    ' })),
  ];
}

function formatGuest({ guest, takenAt }: { guest: DoctorGuest; takenAt: string }, page: Page): string[] {
  const { name, disks, findings } = guest;
  const unseen = toUnseen(guest);
  const examined = disks.length === 0 ? 'nothing of it' : 'only the host’s half';
  const why = unseen === null ? '' : `: ${unseen.why}, so ${examined} was examined`;
  const by = guest.inside.kind === 'qemu-ga' ? ` (${formatInside(guest.inside)})` : '';
  return [
    ...wrap({ text: `${name}${by}${why}`, width: page.width, rest: '  ' }).map((line) => page.paint('heading', line)),
    ...(unseen === null ? [] : wrap({ text: unseen.until, width: page.width, first: '  ' })),
    ...(by === '' ? [] : formatByQemuGa(guest.inside, page)),
    ...(disks.length === 0 && unseen === null
      ? ['  it has no disk']
      : disks.flatMap((disk) => formatDisk({ disk, takenAt }, page))),
    ...(findings.length === 0 ? [] : [page.paint('heading', '  the guest as a whole')]),
    ...findings.flatMap((finding) => formatCause(finding, page)),
  ];
}

function formatDisk({ disk, takenAt }: { disk: DoctorDisk; takenAt: string }, page: Page): string[] {
  const { width, paint, timeZone } = page;
  const name = disk.device ?? disk.disk ?? 'a disk';
  const [title = '', ...rest] = wrap({
    text: `${name}  ${tellImage(disk)}`,
    width,
    first: '  ',
    rest: '    ',
  });
  const path = HOPS.map((hop) => {
    const { mark, style } = MARKS[disk.hops[hop]];
    return paint(style, `${hop} ${mark}`);
  });
  return [
    paint('heading', title),
    ...rest,
    `    ${path.join(' ─ ')}`,
    // Why a file of the guest has no image, its heading says.
    ...(disk.unmatched === null || disk.guestFile !== null
      ? []
      : wrap({ text: `${name}: ${disk.unmatched}`, width, first: '    ', rest: '      ' }).map((line) =>
          paint('quiet', line),
        )),
    ...wrap({
      text: `${formatSlack(disk, takenAt)}; ${formatLastTrim(disk, timeZone)}`,
      width,
      first: '    ',
      rest: '      ',
    }),
    ...disk.findings.flatMap((finding) => formatCause(finding, page)),
  ];
}

function tellImage({ image, guestFile }: DoctorDisk): string {
  return image ?? (guestFile === null ? 'no image found' : `a file in the guest, ${guestFile.path}`);
}

function formatSlack(disk: DoctorDisk, takenAt: string): string {
  const { slack, guestFile, useToldAt, nowBytes, afterFixesBytes, lastTrim } = disk;
  if (guestFile !== null)
    return `what a trim of it gives up is free ${guestFile.mount === null ? 'in there' : `space of ${guestFile.mount}`}, and comes back when that is trimmed after it`;
  if (slack === null) return 'how much a trim could give back cannot be estimated';
  const { estimateBytes, leastBytes, mostBytes } = slack;
  const age =
    useToldAt === null
      ? ''
      : `, by what the guest said ${formatDuration(Math.max(0, Date.parse(takenAt) - Date.parse(useToldAt)))} ago`;
  const between = `${formatBytes(leastBytes)} to ${formatBytes(mostBytes)}${age}`;
  // A clause is closed by a comma before the sentence goes on.
  const about =
    estimateBytes === null ? `${between}${useToldAt === null ? '' : ','}` : `about ${formatBytes(estimateBytes)}`;
  const bounds = estimateBytes === null ? '' : ` (${between})`;
  const vainBytes = lastTrim?.vainBytes ?? null;
  if (vainBytes !== null)
    return `${about} is allocated and not in use${bounds}, but the last trim sent ${formatBytes(vainBytes)} to the host and nothing came back, so that nothing is expected of the next`;
  // Something stands in the way of which no fix is known, or that is meant to be so.
  if (afterFixesBytes === 0 && estimateBytes !== null && estimateBytes > 0)
    return `${about} is allocated and not in use${bounds}, and as things are none of it comes back`;
  const keptBack = lastTrim?.keptBack ?? null;
  if (keptBack !== null && nowBytes === null && estimateBytes !== null)
    return `${about} could come back${bounds}, but how much of it by the next trim nobody can say: one was lost before, and ${keptBack}`;
  const fixes =
    nowBytes === afterFixesBytes
      ? ''
      : `: ${formatBytes(nowBytes)} as things are, ${formatBytes(afterFixesBytes)} after the fixes`;
  return `${about} could come back${bounds}${fixes}`;
}

function formatLastTrim({ lastTrim }: DoctorDisk, timeZone: string): string {
  if (lastTrim === null) return 'this collector has seen no trim of it';
  const { startedAt, verdict, reclaimedBytes } = lastTrim;
  const back = reclaimedBytes === null || verdict !== 'reclaimed' ? '' : ` ${formatBytes(reclaimedBytes)}`;
  return `last trim ${formatInstant({ iso: startedAt, timeZone })}: ${verdict}${back}`;
}

function formatSum({ guests, sum, estimateError }: DoctorView, { width, paint }: Page): string[] {
  const unknown =
    sum.unknownDisks === 0
      ? ''
      : ` ${sum.unknownDisks === 1 ? 'One disk' : `${sum.unknownDisks} disks`} cannot be estimated.`;
  const after = sum.afterFixesBytes === sum.nowBytes ? '' : `, and ${formatBytes(sum.afterFixesBytes)} after the fixes`;
  const text =
    sum.nowBytes === null
      ? `How much could come back cannot be estimated of any disk.${countBroken(guests)}`
      : `In all, about ${formatBytes(sum.nowBytes)} could come back now${after}.${unknown}`;
  return [
    ...wrap({ text, width }).map((line) => paint('heading', line)),
    ...(estimateError === null ? [] : wrap({ text: rateEstimates(estimateError), width })),
  ];
}

/** Seen without anybody in a guest. */
function countBroken(guests: DoctorView['guests']): string {
  const disks = guests.flatMap((guest) => guest.disks);
  const broken = disks.filter(({ findings }) => findings.some(standsInTheWay)).length;
  if (broken === 0) return '';
  const where = disks.length === 1 ? 'the one disk' : `${broken} of ${disks.length} disks`;
  return ` Something to mend was found at ${where}: see above.`;
}

/** How far the estimates can be trusted, from the trims that followed them. */
function rateEstimates({ trims, medianBytes, withinBounds }: NonNullable<DoctorView['estimateError']>): string {
  const off = formatBytes(medianBytes);
  if (trims === 1)
    return `The one disk trimmed so far came within ${off} of its estimate, and ${withinBounds === 1 ? 'stayed' : 'did not stay'} between the bounds.`;
  const inside = withinBounds === trims ? 'all' : withinBounds === 0 ? 'none' : String(withinBounds);
  return `Of the ${trims} disks trimmed so far, half came within ${off} of their estimate, and ${inside} stayed between the bounds.`;
}
