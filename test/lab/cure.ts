import { setTimeout as delay } from 'node:timers/promises';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import type { TrimSummary } from '../../collector/src/model/trim-summary.ts';
import { askApi } from '../support/programs/api-request.ts';
import type { CollectorUnderTest } from '../support/programs/collector.ts';
import { fall, type Observation, readAllocations, readSettled } from './observe.ts';
import type { Stage } from './stage.ts';

const BETWEEN_READINGS_MS = 50;

/**
 * A disk whose first trim was lost is repaired while its guest runs: `trimtab repair` makes the nodes pass discards and
 * asks for a trim, which finds ext4 sure that it has trimmed already, and has it trim again. Gives both trims: the
 * stale one and the cure.
 */
export async function repairAndCure(parts: {
  readonly stage: Stage;
  readonly collector: CollectorUnderTest;
  readonly disk: string;
}): Promise<{ beforeCure: Observation; cure: Observation }> {
  const { stage, collector, disk } = parts;
  const images = [stage.imageOf(disk)];
  // Not `trimtab history`, which takes as long to start as a cure takes.
  const path = `/v1/trims?guest=${stage.guest.name}&limit=50`;
  const ask = async (asked: string) => (await askApi({ socketPath: collector.socketPath, path: asked })).body;
  const readTrims = async () => ((await ask(path)) as { trims: readonly TrimSummary[] }).trims;
  const known = new Set((await readTrims()).map(({ id }) => id));
  const newTrims = async (): Promise<TrimSummary[]> =>
    (await readTrims())
      .filter(({ id }) => !known.has(id))
      .sort((one, other) => one.startedAt.localeCompare(other.startedAt));

  const before = await readAllocations(images);
  // A trim is in the history as soon as it is judged, and the cure is asked for after that: what is seen then is the
  // first one's.
  let between: ReadonlyMap<string, number> | null = null;
  let over = false;
  const watching = (async () => {
    while (between === null && !over) {
      const seen = await readAllocations(images);
      if ((await newTrims()).length > 0) between = seen;
      else await delay(BETWEEN_READINGS_MS);
    }
  })();
  const answer = await collector.trimtab('repair', stage.guest.name, images[0] ?? '', '--yes');
  over = true;
  await watching;
  const after = await readSettled(images);
  const trims = await Promise.all(
    (await newTrims()).map(async ({ id }) => (await ask(`/v1/trims/${id}`)) as TrimResult),
  );
  const refusal = `trimtab repair ended with ${answer.exitCode} after ${trims.length} trims, not two: ${answer.stderr}${answer.stdout}`;
  const disksOf = (trim: TrimResult | undefined) => trim?.disks ?? [];
  return {
    beforeCure: { disks: disksOf(trims.at(0)), refusal, fellBytes: fall({ before, after: between ?? before }) },
    cure: { disks: disksOf(trims.slice(1).at(-1)), refusal, fellBytes: fall({ before: between ?? before, after }) },
  };
}
