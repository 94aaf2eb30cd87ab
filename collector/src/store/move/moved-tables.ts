/** How the rows of one host are taken out of a table, and put into that of another database. */
export interface MovedTable {
  readonly name: string;
  /** What is told of a row, in this order. Whose host it is, is told once for all. */
  readonly columns: readonly string[];
  /** The order of its rows, by what no two of them have in common. */
  readonly key: readonly string[];
  /** A number that the database draws: it is another where the row comes to. */
  readonly drawn?: string;
  /** Columns with what was drawn for rows of other tables, which stand before this one. */
  readonly refers?: Readonly<Record<string, string>>;
  /** Its rows have no host: they hang on those of another table, by the first column of the key, so many at once. */
  readonly hangsOn?: { readonly table: string; readonly atOnce: number };
  /** A column of bytes. */
  readonly bytes?: string;
  /** A row without a value here is about to go, with all that hangs on it. */
  readonly goesWithout?: string;
}

/** All that is kept, in an order in which nothing refers to what comes later. */
export const MOVED_TABLES: readonly MovedTable[] = [
  {
    name: 'guest',
    columns: [
      'id',
      'name',
      'said_name',
      'named_by',
      'agent_version',
      'first_seen_at',
      'last_seen_at',
      'seen_number',
      'starter',
      'next_visit_at',
    ],
    key: ['id'],
  },
  { name: 'identity', columns: ['kind', 'value', 'guest_id', 'first_shown_at'], key: ['kind', 'value'] },
  {
    name: 'open_trim',
    columns: [
      'number',
      'id',
      'guest_id',
      'trigger',
      'granted_at',
      'before',
      'grant_facts',
      'after',
      'boot_id',
      'process',
      'inside',
    ],
    key: ['number'],
    drawn: 'number',
  },
  {
    name: 'trim',
    columns: ['number', 'id', 'guest_id', 'stored_at', 'is_reported', 'is_stranger', 'bytes', 'summary'],
    key: ['number'],
    drawn: 'number',
  },
  {
    name: 'whole_trim',
    columns: ['number', 'whole'],
    key: ['number'],
    refers: { number: 'trim' },
    hangsOn: { table: 'trim', atOnce: 16 },
    bytes: 'whole',
  },
  {
    name: 'last_trim',
    columns: ['guest_id', 'device', 'number'],
    key: ['guest_id', 'device'],
    refers: { number: 'trim' },
  },
  { name: 'stored_bytes', columns: ['is_stranger', 'bytes'], key: ['is_stranger'] },
  {
    name: 'job',
    columns: [
      'id',
      'kind',
      'guest_id',
      'guest_name',
      'targets',
      'options',
      'asked_by',
      'asked_at',
      'deadline',
      'priority',
      'cancelled_at',
      'number',
    ],
    key: ['id'],
  },
  { name: 'job_event', columns: ['job_id', 'number', 'event'], key: ['job_id', 'number'] },
  {
    name: 'series',
    columns: ['id', 'kind', 'subject', 'device', 'first_at'],
    key: ['id'],
    drawn: 'id',
  },
  {
    name: 'stretch',
    columns: ['number', 'resolution', 'at'],
    key: ['number'],
    drawn: 'number',
    goesWithout: 'at',
  },
  {
    name: 'last_sample',
    columns: ['series', 'day', 'at', 'level_bytes', 'limit_bytes'],
    key: ['series'],
    refers: { series: 'series', day: 'stretch' },
    hangsOn: { table: 'series', atOnce: 64 },
  },
  {
    name: 'sample',
    columns: ['stretch', 'series', 'after_ms', 'level_bytes', 'limit_bytes'],
    key: ['stretch', 'series', 'after_ms'],
    refers: { stretch: 'stretch', series: 'series' },
    hangsOn: { table: 'stretch', atOnce: 1 },
  },
  {
    name: 'rollup',
    columns: [
      'stretch',
      'series',
      'part',
      'last_ms',
      'level_bytes',
      'below_bytes',
      'above_bytes',
      'limit_bytes',
      'samples',
    ],
    key: ['stretch', 'series', 'part'],
    refers: { stretch: 'stretch', series: 'series' },
    hangsOn: { table: 'stretch', atOnce: 1 },
  },
  { name: 'alert_state', columns: ['rule', 'subject', 'state'], key: ['rule', 'subject'] },
  { name: 'ended_alert', columns: ['number', 'alert'], key: ['number'] },
  { name: 'waiting_notice', columns: ['id', 'number', 'notice'], key: ['id'] },
  { name: 'silence', columns: ['id', 'silence'], key: ['id'] },
  { name: 'notice', columns: ['id', 'number', 'alert_id', 'event', 'posted_at', 'notice'], key: ['id'] },
  { name: 'kept_forecast', columns: ['number', 'day', 'pool', 'kind', 'told'], key: ['day', 'pool', 'kind'] },
  {
    name: 'enrolment',
    columns: ['id', 'number', 'key', 'guest', 'most_uses', 'uses', 'made_at', 'expires_at', 'made_by'],
    key: ['id'],
  },
  {
    name: 'guest_key',
    columns: [
      'key',
      'number',
      'guest_id',
      'product_uuid',
      'machine_id',
      'joined_at',
      'joined_by',
      'enrolment_id',
      'revoked_by',
      'revoked_at',
      'learned_pins',
    ],
    key: ['key'],
  },
  {
    name: 'held_guest',
    columns: [
      'id',
      'seen_number',
      'mark',
      'key',
      'enrolment_id',
      'product_uuid',
      'machine_id',
      'boot_id',
      'hostname',
      'address',
      'reason',
      'first_at',
      'last_at',
      'is_dismissed',
      'approved_by',
      'approved_name',
    ],
    key: ['id'],
  },
  {
    name: 'api_token',
    columns: ['name', 'hash', 'scope', 'made_at', 'made_by', 'expires_at'],
    key: ['name'],
  },
  { name: 'deed', columns: ['number', 'deed'], key: ['number'] },
  { name: 'delivery', columns: ['notice_id', 'sender'], key: ['notice_id', 'sender'] },
];
