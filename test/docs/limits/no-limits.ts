const UNITS = [
  'collector/src/model/enrolment.ts: DEFAULT_OVERLAP_MS',
  'collector/src/model/enrolment.ts: DEFAULT_TTL_MS',
  'collector/src/alert/rule.ts: HOUR_MS',
  'collector/src/alert/rule.ts: MINUTE_MS',
  'collector/src/model/day.ts: DAY_MS',
  'collector/src/store/file-share.ts: MOST_LOCAL',
  'collector/src/diagnose/causes/ext4-groups-flagged.ts: USUAL_BLOCK_BYTES',
  'collector/src/diagnose/causes/pieces-below-granularity.ts: USUAL_BLOCK_BYTES',
  'collector/src/store/trim-rows.ts: COLUMNS_BYTES',
  'collector/src/store/trim-rows.ts: INDEX_BYTES',
  'agent/src/io/read-disk.ts: WASM_PAGE_BYTES',
  'agent/src/probe/counters.ts: SECTOR_BYTES',
  'agent/src/probe/disk-serial.ts: PAGE_HEADER_BYTES',
  'agent/src/probe/layers.ts: SECTOR_BYTES',
  'agent/src/probe/swaps.ts: UNIT_BYTES',
  'agent/src/probe/unreached/block-devices.ts: SECTOR_BYTES',
  'agent/src/probe/unreached/free-extents.ts: SECTOR_BYTES',
  'collector/src/image/file-map.ts: BLOCK_BYTES',
  'collector/src/image/locate.ts: SECTOR_BYTES',
  'collector/src/image/luks-header.ts: LUKS_BYTES',
  'collector/src/image/luks-header.ts: SECTOR_BYTES',
  'collector/src/image/mapper-status.ts: METADATA_BLOCK_BYTES',
  'collector/src/image/mapper-status.ts: SECTOR_BYTES',
  'collector/src/image/qcow2-header.ts: LEAST_SNAPSHOT_BYTES',
  'collector/src/image/qcow2-header.ts: QCOW2_FIRST_BYTES',
  'collector/src/image/qcow2-header.ts: V2_BYTES',
  'collector/src/image/qcow2-header.ts: V3_LEAST_BYTES',
  'protocol/src/causes/discard-habits.ts: USUAL_BLOCK_BYTES',
  'protocol/src/shared/line-queue.ts: MOST_BYTES_A_UNIT',
  'protocol/src/joining/transcript.ts: BINDING_BYTES',
  'protocol/src/wire/messages/prove.ts: PROOF_UNIT_BYTES',
  'protocol/src/wire/plain-msgpack.ts: LENGTH_BYTES',
];

const PIECES = [
  'agent/src/io/kernel-files.ts: PIECE_BYTES',
  'collector/src/io/host-files.ts: KERNEL_TEXT_BYTES',
  'collector/src/io/host-files.ts: PIECE_BYTES',
];

const SIGNIFICANCE = [
  'collector/src/diagnose/causes/pieces-below-granularity.ts: COARSE_BYTES',
  'agent/src/probe/too-small-pieces.ts: COARSE_BYTES',
  'agent/src/probe/unreached/deleted-files.ts: LEAST_BYTES',
  'agent/src/probe/unreached/free-ranges.ts: KEPT_BYTES',
  'agent/src/probe/unreached/free-ranges.ts: MOST_EXTENDED_BYTES',
  'agent/src/probe/unreached/worth-telling.ts: WORTH_TELLING_BYTES',
  'collector/src/correlate/pool-noise.ts: NOISE_BYTES',
  'collector/src/diagnose/causes/pieces-below-granularity.ts: COARSE_BYTES',
  'collector/src/diagnose/causes/pieces-below-granularity.ts: USUAL_BLOCK_BYTES',
  'collector/src/diagnose/causes/holes-smaller-than-cluster.ts: MOST',
  'collector/src/diagnose/causes/holes-smaller-than-cluster.ts: SMALLEST_BYTES',
  'collector/src/diagnose/past-trims.ts: MOST',
  'collector/src/model/significant.ts: FAR_BYTES',
  'collector/src/model/significant.ts: SIGNIFICANT_BYTES',
  'protocol/src/causes/guest/granularity-above-holes.ts: WORTH_IT_BYTES',
  'protocol/src/causes/guest/partition-misaligned.ts: SMALL_GRANULARITY_BYTES',
  'protocol/src/causes/guest/swap-holds-space.ts: WORTH_IT_BYTES',
];

const LAYOUT = ['agent/src/cli/lines.ts: DEEPEST', 'collector/src/cli/table.ts: LONGEST_TAIL'];

const RANGES = [
  'agent/src/probe/disk-address.ts: ADDRESS_MAXIMUM',
  'agent/src/probe/unreached/snapshots.ts: MOST_COUNTED',
  'collector/src/io/virsh.ts: LONGEST_MARKER',
  'protocol/src/shared/setting-kinds.ts: LONGEST_MS',
  'protocol/src/shared/setting-kinds.ts: MOST_DAYS',
];

const RHYTHMS = [
  'collector/src/conduct/alerts/alert-book.ts: SAVED_EVERY_MS',
  'collector/src/conduct/alerts/guest-slack.ts: SLACK_EVERY_MS',
  'collector/src/conduct/alerts/recent-trims.ts: READ_ANEW_MS',
  'collector/src/conduct/alerts/watch-alerts.ts: EVALUATED_EVERY_MS',
  'collector/src/conduct/foresee/archive-forecasts.ts: ARCHIVE_EVERY_MS',
  'agent/src/link/session-model.ts: LASTING_MS',
  'agent/src/link/session-model.ts: ROUNDS_BEFORE_INSISTING',
  'collector/src/cli/watch-status.ts: WATCHED_EVERY_MS',
  'collector/src/conduct/trims/absence/absences.ts: CHECK_MS',
  'collector/src/conduct/trims/absence/absences.ts: RETRY_MS',
  'collector/src/conduct/trims/trim-model.ts: SLOT_CHECKED_EVERY_MS',
  'collector/src/store/list-trims.ts: ROWS_AT_ONCE',
  'collector/src/store/samples/bound-series.ts: SERIES_AT_ONCE',
  'collector/src/store/samples/forget-series.ts: SERIES_AT_ONCE',
  'collector/src/store/samples/prune.ts: STRETCHES_AT_ONCE',
  'collector/src/store/samples/read-points.ts: ROWS_AT_ONCE',
  'collector/src/store/samples/read-points.ts: SERIES_AT_ONCE',
  'collector/src/store/samples/read-points.ts: STRETCHES_AT_ONCE',
  'collector/src/store/stored-bytes.ts: AT_ONCE',
  'collector/src/cli/verbs/repair.ts: MOST_WAITS',
  'collector/src/conduct/survey/remember-guests.ts: CAME_STORED_AFTER_MS',
  'collector/src/conduct/survey/remember-guests.ts: REMEMBERED_EVERY_MS',
  'collector/src/link/release-at-rest.ts: MANY_GUESTS',
  'collector/src/link/release-at-rest.ts: REST_MS',
  'collector/src/link/shared-buckets.ts: SWEPT_AT_ONCE',
];

const FACTS = [
  'collector/src/model/lag.ts: NFS_LAG_MS',
  'collector/src/model/lag.ts: THIN_LAG_MS',
  'collector/src/model/lag.ts: ZFS_LAG_MS',
];

const CODES = [
  'agent/src/cli/exit-code.ts: INTERRUPTED',
  'agent/src/cli/exit-code.ts: REFUSED',
  'agent/src/cli/exit-code.ts: WRONG_USAGE',
  'protocol/src/wire/version.ts: OLDEST_VERSION',
  'protocol/src/wire/version.ts: VERSION',
];

const WORDS = ['agent/src/link/setback.ts: NOT_KEPT', 'agent/src/probe/unreached/not-mounted.ts: KEPT_BY_OTHERS'];

/**
 * Constants that are named like a bound and are none, by what they are. A new one that bounds what somebody else can
 * make large belongs into a section instead.
 */
export const NO_LIMITS: ReadonlySet<string> = new Set([
  ...UNITS,
  ...PIECES,
  ...SIGNIFICANCE,
  ...LAYOUT,
  ...RANGES,
  ...RHYTHMS,
  ...FACTS,
  ...CODES,
  ...WORDS,
]);
