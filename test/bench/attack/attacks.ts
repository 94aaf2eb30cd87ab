import type { Attack } from './attack.ts';
import { connects } from './connects.ts';
import { flood } from './flood.ts';
import { halfHandshakes } from './half-handshakes.ts';
import { halfOpen } from './half-open.ts';
import { inventories } from './inventories.ts';
import { proofs } from './proofs.ts';
import { readers } from './readers.ts';
import { reports } from './reports.ts';

/** A further attack is a file here, a line below, and a section of docs/performance.md. */
export const ATTACKS: readonly Attack[] = [
  connects,
  inventories,
  reports,
  readers,
  halfOpen,
  halfHandshakes,
  flood,
  proofs,
];
