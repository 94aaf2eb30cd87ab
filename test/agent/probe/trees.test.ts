import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { inventorySchema } from '@trimtab/protocol';
import { findGuestCauses } from '@trimtab/protocol/causes';
import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { formatExplanation } from '../../../agent/src/cli/explain-view.ts';
import { formatProbe } from '../../../agent/src/cli/probe-view.ts';
import { NO_DEVICE_MAPPER } from '../../../agent/src/ports/device-mapper.ts';
import { readLayerCounters } from '../../../agent/src/probe/counters.ts';
import { readGuestIdentity } from '../../../agent/src/probe/identity.ts';
import { takeInventory } from '../../../agent/src/probe/probe.ts';
import { layOutTree, readTree, TREES_FOLDER } from './kernel-tree.ts';

const NAMES = readdirSync(TREES_FOLDER)
  .filter((name) => name.endsWith('.tree.json'))
  .map((name) => name.replace(/\.tree\.json$/, ''));

describe('the probe, on whole trees', () => {
  it.each(NAMES)('%s: finds what the golden file says, and the page shows it', async (name) => {
    const tree = await layOutTree(await readTree(name));
    try {
      const { files } = tree;
      const inventory = await takeInventory({
        files,
        mapper: NO_DEVICE_MAPPER,
        now: 1_760_000_000_000,
        facts: null,
        hasFstrim: null,
      });
      const identity = await readGuestIdentity({ files });
      const counters = await readLayerCounters({ files, names: inventory.layers.map((layer) => layer.name) });

      expect(v.parse(inventorySchema, inventory)).toEqual(inventory);
      await expect(`${JSON.stringify({ inventory, identity, counters }, null, 1)}\n`).toMatchFileSnapshot(
        join(TREES_FOLDER, `${name}.golden.json`),
      );
      const page = formatProbe({ inventory, identity, isRoot: false, width: 80 });
      await expect(page).toMatchFileSnapshot(join(TREES_FOLDER, `${name}.golden.txt`));
      expect(tooWide(page)).toEqual([]);

      const findings = findGuestCauses(inventory);
      const explained = formatExplanation({ inventory, identity, findings, width: 80 });
      await expect(explained).toMatchFileSnapshot(join(TREES_FOLDER, `${name}.explain.txt`));
      expect(tooWide(explained).filter((line) => !hasOneWord(line))).toEqual([]);
      // As a shell reads it.
      const joined = explained.replaceAll(/ \\\n +/g, ' ');
      for (const command of findings.flatMap(({ fix }) => fix?.commands ?? []))
        expect(joined).toContain(`      ${command}\n`);
    } finally {
      await tree.remove();
    }
  });
});

/** Of a command: what stands in quotes or in `$(…)` is one word. */
function hasOneWord(line: string): boolean {
  return /^ *\S*(?:\$\(.*\)|'.*'|".*")\S*(?: \\)?$/.test(line);
}

/** Only a word that is too long by itself may stick out. */
function tooWide(page: string): string[] {
  return page.split('\n').filter((line) => line.length > 80 && line.trim().includes(' '));
}
