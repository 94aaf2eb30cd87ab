import type { InsideView } from '../../../collector/src/model/status.ts';

export const AGENT: InsideView = { kind: 'trimtab-agent', version: '0.2.0', allows: null, why: null, hint: null };
export const NOBODY: InsideView = { kind: 'none', version: null, allows: null, why: null, hint: null };
export const QEMU_GA: InsideView = {
  kind: 'qemu-ga',
  version: '7.2.22',
  allows: { fstrim: true, fsinfo: true },
  why: null,
  hint: null,
};
