import type { InsideView } from '../../../collector/src/model/status.ts';

export const AGENT: InsideView = { kind: 'trimtab-agent', version: '0.2.0', allows: null, why: null, hint: null };
export const NOBODY: InsideView = { kind: 'none', version: null, allows: null, why: null, hint: null };
