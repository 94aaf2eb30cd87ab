import * as v from 'valibot';
import type { LogicalVolume, ThinPool, Volumes } from '../model/volumes.ts';
import type { Commands } from '../ports/commands.ts';
import { type MapperStatus, parseMapperStatus } from './mapper-status.ts';
import { runReport } from './run-report.ts';

const COLUMNS =
  'vg_name,lv_name,lv_kernel_major,lv_kernel_minor,segtype,pool_lv,lv_size,data_percent,metadata_percent,lv_metadata_size,chunk_size,discards,lv_when_full,origin,lv_uuid';

/** All volumes of this host in one process. Units as bytes, so that nothing is rounded but the percentages. */
export const LVS = ['--reportformat', 'json', '--units', 'b', '--nosuffix', '-o', COLUMNS] as const;

/** `--noflush`: reading must not make the pool commit its metadata (dmsetup(8)). */
export const DMSETUP_STATUS = ['status', '--noflush'] as const;

const text = v.optional(v.string(), '');
const rowSchema = v.object({
  vg_name: v.string(),
  lv_name: v.string(),
  lv_kernel_major: text,
  lv_kernel_minor: text,
  segtype: text,
  pool_lv: text,
  lv_size: text,
  data_percent: text,
  metadata_percent: text,
  lv_metadata_size: text,
  chunk_size: text,
  discards: text,
  lv_when_full: text,
  origin: text,
  lv_uuid: text,
});
type Row = v.InferOutput<typeof rowSchema>;

const reportSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.object({ report: v.array(v.object({ lv: v.optional(v.array(rowSchema), []) })) }),
);

/**
 * Every active volume and every thin pool: one `lvs`, and one `dmsetup` for what it rounds. Never throws: `unavailable`
 * says why there is nothing.
 */
export async function readVolumes({ commands }: { commands: Commands }): Promise<Volumes> {
  const nothing = { volumes: [], thinPools: [] };
  const listed = await runReport({ commands, file: 'lvs', args: LVS });
  if (listed.kind === 'none') return { ...nothing, unavailable: listed.why };
  const report = v.safeParse(reportSchema, listed.stdout);
  if (!report.success) return { ...nothing, unavailable: `lvs answered ${report.issues[0].message}` };
  const counted = await runReport({ commands, file: 'dmsetup', args: DMSETUP_STATUS });
  const status = parseMapperStatus(counted.kind === 'report' ? counted.stdout : '');
  const rows = report.output.report.flatMap(({ lv }) => lv);
  return {
    volumes: rows.flatMap((row) => toVolume({ row, rows, status })),
    thinPools: rows.flatMap((row) => toPool(row, status)),
    unavailable: null,
  };
}

function toVolume({ row, rows, status }: { row: Row; rows: readonly Row[]; status: MapperStatus }): LogicalVolume[] {
  const { vg_name, lv_name, segtype, lv_kernel_major: major, lv_kernel_minor: minor, pool_lv } = row;
  const sizeBytes = toNumber(row.lv_size);
  // -1 is a volume that is not active: no device, so nobody's disk now.
  if (segtype === 'thin-pool' || sizeBytes === null || !/^\d+$/.test(major) || !/^\d+$/.test(minor)) return [];
  const isThin = segtype === 'thin' && pool_lv !== '';
  const mapperName = toMapperName({ group: vg_name, volume: lv_name });
  const percent = toNumber(row.data_percent);
  const rounded = percent === null ? null : Math.round((sizeBytes * percent) / 100);
  return [
    {
      number: `${major}:${minor}`,
      kind: isThin ? 'thin' : 'thick',
      mapperName,
      sizeBytes,
      mappedBytes: isThin ? (status.thin.get(mapperName) ?? rounded) : null,
      pool: isThin ? `${vg_name}/${pool_lv}` : null,
      sharedWith: isThin ? findRelatives(row, rows) : [],
    },
  ];
}

/**
 * A thin snapshot is a volume with an origin; the two share every chunk that neither has written since (lvmthin(7)).
 */
function findRelatives({ vg_name: group, lv_name: name, origin }: Row, rows: readonly Row[]): readonly string[] {
  const snapshots = rows.filter((row) => row.vg_name === group && row.segtype === 'thin' && row.origin === name);
  const names = [...(origin === '' ? [] : [origin]), ...snapshots.map(({ lv_name }) => lv_name)];
  return names.map((relative) => `${group}/${relative}`);
}

function toPool(row: Row, status: MapperStatus): ThinPool[] {
  const { vg_name, lv_name, discards, lv_when_full: whenFull } = row;
  const sizeBytes = toNumber(row.lv_size);
  const chunkBytes = toNumber(row.chunk_size);
  if (row.segtype !== 'thin-pool' || sizeBytes === null || chunkBytes === null) return [];
  const mapperName = `${toMapperName({ group: vg_name, volume: lv_name })}-tpool`;
  const exact = status.pools.get(mapperName) ?? null;
  const rounded = (sizeBytes * (toNumber(row.data_percent) ?? 0)) / 100;
  const metadataBytes = toNumber(row.lv_metadata_size);
  const metadataPercent = toNumber(row.metadata_percent);
  return [
    {
      key: `${vg_name}/${lv_name}`,
      uuid: row.lv_uuid === '' ? null : row.lv_uuid,
      mapperName,
      sizeBytes,
      usedBytes: exact === null ? Math.round(rounded) : exact.usedChunks * chunkBytes,
      metadata:
        exact?.metadata ??
        (metadataBytes === null || metadataPercent === null
          ? null
          : { sizeBytes: metadataBytes, usedBytes: Math.round((metadataBytes * metadataPercent) / 100) }),
      chunkBytes,
      discards: discards === 'ignore' || discards === 'nopassdown' || discards === 'passdown' ? discards : null,
      whenFull: whenFull === 'error' || whenFull === 'queue' ? whenFull : null,
    },
  ];
}

/** LVM doubles the hyphens within a name, so that the one between the names can be found (dm_build_dm_name). */
function toMapperName({ group, volume }: { group: string; volume: string }): string {
  return `${group.replaceAll('-', '--')}-${volume.replaceAll('-', '--')}`;
}

function toNumber(cell: string): number | null {
  return /^\d+(\.\d+)?$/.test(cell.trim()) ? Number(cell) : null;
}
