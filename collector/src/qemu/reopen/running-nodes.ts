import * as v from 'valibot';
import type { RepairNode } from '../../model/repair.ts';
import type { QmpCommand } from '../../ports/qmp.ts';

/** Asked before a repair and after it: the nodes, which device is on which, and who else works on them. */
export const NODE_QUESTIONS: readonly QmpCommand[] = [
  { execute: 'query-named-block-nodes', arguments: { flat: true } },
  { execute: 'query-blockstats' },
  { execute: 'query-block-jobs' },
  { execute: 'query-version' },
];

/**
 * What is read of BlockDeviceInfo (qapi/block-core.json): the options of a node that QEMU tells. It never tells
 * `discard`.
 */
const nodeSchema = v.object({
  'node-name': v.string(),
  drv: v.string(),
  file: v.string(),
  ro: v.boolean(),
  detect_zeroes: v.picklist(['off', 'on', 'unmap']),
  cache: v.object({ writeback: v.boolean(), direct: v.boolean(), 'no-flush': v.boolean() }),
  backing_file: v.optional(v.string()),
  encrypted: v.boolean(),
});

interface Stats {
  readonly qdev?: string | undefined;
  readonly 'node-name'?: string | undefined;
  readonly parent?: Stats | undefined;
}

const statsSchema: v.GenericSchema<unknown, Stats> = v.object({
  qdev: v.optional(v.string()),
  'node-name': v.optional(v.string()),
  parent: v.optional(v.lazy(() => statsSchema)),
});

const jobSchema = v.object({ type: v.string() });

const versionSchema = v.object({ qemu: v.object({ major: v.number(), minor: v.number() }) });

export type RunningNode = v.InferOutput<typeof nodeSchema>;

export interface RunningNodes {
  readonly nodes: ReadonlyMap<string, RunningNode>;
  /** The nodes below each device by name, from the top to the file. */
  readonly chains: readonly (readonly string[])[];
  readonly jobs: readonly string[];
  /** `7.2` */
  readonly version: string;
  /** `blockdev-reopen` is there since QEMU 6.1 (qapi/block-core.json). */
  readonly canReopen: boolean;
}

/** Throws a ValiError for anything but answers to NODE_QUESTIONS. */
export function parseRunningNodes([nodes, stats, jobs, version]: readonly unknown[]): RunningNodes {
  const { major, minor } = v.parse(versionSchema, version).qemu;
  return {
    nodes: new Map(v.parse(v.array(nodeSchema), nodes).map((node) => [node['node-name'], node])),
    chains: v.parse(v.array(statsSchema), stats).flatMap((top) => (top.qdev === undefined ? [] : [toChain(top)])),
    jobs: v.parse(v.array(jobSchema), jobs).map(({ type }) => type),
    version: `${major}.${minor}`,
    canReopen: major > 6 || (major === 6 && minor >= 1),
  };
}

function toChain(top: Stats): readonly string[] {
  const chain: string[] = [];
  for (let at: Stats | undefined = top; at !== undefined; at = at.parent) chain.push(at['node-name'] ?? '');
  return chain;
}

/** Only these nodes, as QEMU has them: what must be the same before and after. */
export function pickNodes(running: RunningNodes, expected: readonly RepairNode[]): readonly (RunningNode | null)[] {
  return expected.map(({ node }) => running.nodes.get(node) ?? null);
}
