import type { Filesystem, GuestIdentity, Inventory } from '@trimtab/protocol';
import { breakCommand, type Fix, type GuestFinding, pageOf } from '@trimtab/protocol/causes';
import { groupDigits } from '@trimtab/protocol/shared';
import { isLoss } from './explain-result.ts';
import { type Line, line, wrap } from './lines.ts';

interface ExplainView {
  readonly identity: GuestIdentity;
  readonly inventory: Inventory;
  readonly findings: readonly GuestFinding[];
  readonly width: number;
}

const NARROWEST = 40;
/** Of commands. */
const INDENT = '      ';

/** A command: it is copied, so it is broken only as a shell allows. */
interface Command {
  readonly kind: 'command';
  readonly command: string;
}

/**
 * What `probe --explain` prints: each filesystem with all that stands in its way, then what concerns the guest as a
 * whole.
 */
export function formatExplanation({ identity, inventory, findings, width }: ExplainView): string {
  const told = new Map<string, string>();
  const ofGuest = findings.filter(({ mount }) => mount === null);
  const blocks: (Line | Command)[][] = [
    [line(0, `guest ${identity.hostname}`)],
    ...inventory.filesystems.map((filesystem) => {
      const own = findings.filter(({ mount }) => mount === filesystem.mount);
      return [
        line(0, describe(filesystem)),
        ...summarize(filesystem, own),
        ...own.flatMap((each) => explain(each, told)),
      ];
    }),
    ...(ofGuest.length === 0 ? [] : [[line(0, 'this guest'), ...ofGuest.flatMap((each) => explain(each, told))]]),
    [line(0, LAST)],
  ];
  const columns = Math.max(width, NARROWEST);
  return `${blocks.map((block) => block.flatMap((each) => layOut(each, columns)).join('\n')).join('\n\n')}\n`;
}

const LAST = 'Only `trimtab doctor` on the host can say what the host does with discards.';

function describe({ mount, kind, source }: Filesystem): string {
  return `${mount}  ${kind} on ${source}`;
}

/**
 * Of filesystems that have nothing but notes: why they are left out, or lose discards by something not on the list, or
 * that all is well.
 */
function summarize({ obstacle }: Filesystem, own: readonly GuestFinding[]): readonly Line[] {
  if (own.some(isLoss)) return [];
  if (obstacle === null) return [line(1, 'good: nothing in this guest stands in the way of a trim')];
  if (own.some(({ cause }) => cause.id === obstacle.code)) return [];
  const word = obstacle.code === 'no-discard' ? 'lost at issued' : 'left out';
  return [line(1, `${word}: ${obstacle.sentence}`), ...(obstacle.hint === null ? [] : [line(2, obstacle.hint)])];
}

/** One reason may stand in the way of several filesystems; it is mended once. */
function explain(finding: GuestFinding, told: Map<string, string>): readonly (Line | Command)[] {
  const { cause, sentence, evidence, fix, mount } = finding;
  const head = line(1, `${cause.effect === 'note' ? 'note' : `${cause.effect} at ${cause.hop}`}: ${sentence}`);
  const reason = JSON.stringify([cause.id, evidence, fix]);
  const before = told.get(reason);
  if (before !== undefined) return [head, line(2, `the same as of ${before}`)];
  if (mount !== null) told.set(reason, mount);
  return [
    head,
    ...evidence.map(({ fact, value }) => line(2, `seen: ${fact} is ${groupDigits(value)}`)),
    ...(fix === null ? [] : explainFix(fix)),
    line(2, `page: ${pageOf(cause)} of Trimtab`),
  ];
}

const WHERE = { guest: 'in this guest', host: 'on the host' } as const;

function explainFix({ on, commands, note, needsPowerCycle }: Fix): readonly (Line | Command)[] {
  const power = needsPowerCycle
    ? [line(2, 'then: power the guest off and on; a reboot from inside is not enough')]
    : [];
  if (commands.length === 0) return [line(2, `fix, ${WHERE[on]}: ${note ?? 'by hand'}`), ...power];
  return [
    line(2, `fix, ${WHERE[on]}, as root:`),
    ...commands.map((command) => ({ kind: 'command', command }) as const),
    ...power,
    ...(note === null ? [] : [line(2, `mind: ${note}`)]),
  ];
}

function layOut(each: Line | Command, columns: number): readonly string[] {
  if (each.kind !== 'command') return wrap(each, columns);
  return breakCommand({ command: each.command, width: columns, first: INDENT, rest: `${INDENT}  ` });
}
