import { join } from 'node:path';

const root = join(import.meta.dirname, '../../..');

/** The built programs, as a user has them. `npm run build` makes them. */
export const AGENT_BUNDLE = join(root, 'agent/dist/trimtab-agent.cjs');
export const COLLECTOR_BIN = join(root, 'collector/bin/trimtab.mjs');
