import type { LayerDelta, Outcome, TrimReport } from '@trimtab/protocol';
import { formatBytes } from '@trimtab/protocol/shared';

/** A local trim for people: a line a filesystem, a line a layer. */
export function formatTrim({ report }: { report: TrimReport }): string {
  const width = Math.max(...report.filesystems.map(({ mount }) => mount.length));
  const filesystems = report.filesystems.flatMap(({ mount, outcome, durationMs }) => {
    const line = `${mount.padEnd(width)}  ${formatOutcome(outcome)} in ${(durationMs / 1000).toFixed(1)} s`;
    return 'hint' in outcome && outcome.hint !== null ? [line, `  ${outcome.hint}`] : [line];
  });
  const layerWidth = Math.max(0, ...report.layers.map(({ name }) => name.length));
  const layers = report.layers.map(
    (layer) =>
      `  ${layer.name.padEnd(layerWidth)}  ${formatBytes(toDiscarded(layer)).padStart(9)} discarded, ${formatBytes(toWritten(layer))} written`,
  );
  return [
    ...filesystems,
    '',
    'Layers below, as this kernel counted while the trim ran:',
    ...layers,
    'Only the host can say what it got back.',
    '',
  ].join('\n');
}

/** fstrim's own: 0 all trimmed, 32 none, 64 some not. */
export function toExitCode({ report }: { report: TrimReport }): 0 | 32 | 64 {
  const done = report.filesystems.filter(({ outcome }) => outcome.status === 'done').length;
  if (done === report.filesystems.length) return 0;
  return done === 0 ? 32 : 64;
}

function formatOutcome(outcome: Outcome): string {
  switch (outcome.status) {
    case 'done':
      return `fstrim says ${formatBytes(outcome.trimmedBytes)} trimmed`;
    case 'unsupported':
      return `cannot be trimmed: ${outcome.message},`;
    case 'failed':
      return `failed: ${outcome.message},`;
    case 'cancelled':
      return `cancelled: ${outcome.message},`;
  }
}

function toDiscarded({ before, after }: LayerDelta): number | null {
  return subtract({ after: after.discardedBytes, before: before.discardedBytes });
}

function toWritten({ before, after }: LayerDelta): number | null {
  return subtract({ after: after.writtenBytes, before: before.writtenBytes });
}

function subtract({ after, before }: { after: number | null; before: number | null }): number | null {
  return after === null || before === null ? null : after - before;
}
