import type { GuestIdentity, Inventory } from '@trimtab/protocol';
import { findGuestCauses } from '@trimtab/protocol/causes';
import { losesSpace, toExplanation } from '../cli/explain-result.ts';
import { formatExplanation } from '../cli/explain-view.ts';
import type { Answer } from '../cli/format-answer.ts';

const WIDEST = 100;

/** `trimtab-agent probe --explain`. The exit code. */
export async function explainGuest({
  inventory,
  identity,
  isJson,
  columns = 80,
  show,
}: {
  inventory: Inventory;
  identity: GuestIdentity;
  isJson: boolean;
  /** Of the terminal, if stdout is one. */
  columns: number | undefined;
  show: <Shown>(answer: Answer<Shown>) => Promise<void>;
}): Promise<number> {
  const findings = findGuestCauses(inventory);
  const width = Math.min(columns, WIDEST);
  await show({
    document: toExplanation({ identity, inventory, findings }),
    shown: { identity, inventory, findings },
    isJson,
    format: (plain) =>
      formatExplanation({ identity: plain.identity, inventory: plain.inventory, findings: plain.findings, width }),
  });
  return losesSpace({ inventory, findings }) ? 1 : 0;
}
