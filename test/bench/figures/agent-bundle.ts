import { stat } from 'node:fs/promises';
import { AGENT_BUNDLE } from '../../support/programs/own-programs.ts';
import type { Benchmark } from '../benchmark.ts';

/** What is copied into a guest that has Node: one file. KB are 1000 bytes, the stricter reading. */
export const agentBundle: Benchmark = {
  figures: [{ figure: 'agent-bundle', unit: 'KB', bar: 600, bound: 'at most', decimals: 1 }],
  async measure() {
    const { size } = await stat(AGENT_BUNDLE);
    const node = await stat(process.execPath);
    return {
      'agent-bundle': { value: size / 1000, against: `the Node that runs it: ${(node.size / 1000).toFixed(0)} KB` },
    };
  },
};
