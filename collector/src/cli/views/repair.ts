import type { Fix } from '@trimtab/protocol/causes';
import type { FaultDetail } from '@trimtab/protocol/shared';
import type { RepairDone, RepairPlan } from '../../model/repair.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import { tellRepair } from '../repair-proof.ts';
import { formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { formatCommand } from './command.ts';
import type { Page } from './page.ts';
import { formatTrim } from './trim.ts';

/** What `trimtab repair --json` prints. */
export interface RepairOutcome extends RepairDone {
  readonly trim: TrimResult | null;
  /** Why there is no trim; null when there is. */
  readonly notTrimmed: FaultDetail | null;
  /** The host got back what the image surely held in excess before the trim, or there was nothing to get. */
  readonly repaired: boolean;
  readonly persistent: Fix;
}

/** What is about to be asked of QEMU, before anybody says yes. */
export function formatRepairPlan(plan: RepairPlan, page: Page): string {
  const { width, paint } = page;
  const title = `${plan.guest}, ${plan.device ?? 'a disk'}: ${plan.image}`;
  const rows = plan.nodes.map(({ node, driver, discard }) => [
    node,
    driver,
    { text: discard, style: discard === 'ignore' ? ('bad' as const) : null },
    'unmap',
  ]);
  const columns = [
    { heading: 'NODE', shrink: 'middle' as const },
    { heading: 'DRIVER' },
    { heading: 'DISCARD NOW' },
    { heading: 'AFTER' },
  ];
  return toText([
    ...wrap({ text: title, width, rest: '  ' }).map((line) => paint('heading', line)),
    ...wrap({ text: WHAT, width, first: '  ' }),
    '',
    ...formatTable({ columns, rows, width, indent: '  ', paint }),
    ...(plan.taints ? ['', ...wrap({ text: TAINTS, width, first: '  ' }).map((line) => paint('unsure', line))] : []),
  ]);
}

const WHAT =
  'QEMU will be asked to reopen these nodes, all or none, each with the options it was started with and discard=unmap. The guest keeps running.';

const TAINTS = 'libvirt will call the domain tainted, because something other than libvirt speaks to its QEMU.';

/** The end of it: the trim, whether the disk is repaired, and what else is to be changed. */
export function formatRepair(outcome: RepairOutcome, page: Page): string {
  const { plan, reopened, trim, notTrimmed, repaired, persistent } = outcome;
  const { width, paint } = page;
  const say = (text: string) => wrap({ text, width, first: '  ', rest: '    ' });
  return toText([
    '',
    ...say(`reopened with discard=unmap: ${reopened.join(', ')}`),
    ...(notTrimmed === null ? [] : formatNotTrimmed(notTrimmed, page)),
    ...(trim === null ? [] : ['', ...formatTrim(trim, page).trimEnd().split('\n')]),
    '',
    ...wrap({ text: tellRepair(plan, trim), width }).map((line) => paint(repaired ? 'good' : 'bad', line)),
    ...formatPersistent(persistent, page),
  ]);
}

function formatNotTrimmed({ subject, cause, hint }: FaultDetail, { width, paint }: Page): string[] {
  return [
    ...wrap({ text: `not trimmed: ${subject}: ${cause}`, width, first: '  ', rest: '    ' }).map((line) =>
      paint('unsure', line),
    ),
    ...(hint === null ? [] : wrap({ text: hint, width, first: '    ' })),
  ];
}

function formatPersistent({ commands, note }: Fix, { width }: Page): string[] {
  return [
    '',
    'Change this too, or the next start of the guest undoes the repair:',
    ...commands.flatMap((command) => formatCommand({ command, width, indent: '    ' })),
    ...(note === null ? [] : wrap({ text: note, width, first: '  ' })),
  ];
}

function toText(lines: readonly string[]): string {
  return `${lines.join('\n')}\n`;
}
