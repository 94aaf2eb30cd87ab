/** `2026-11-23 08:44 +01:00`, of an ISO 8601 instant in the reader's time zone; what is none stays as it is. */
export function formatInstant({ iso, timeZone }: { iso: string; timeZone: string }): string {
  const read = readInstant({ iso, timeZone });
  return read === null ? iso : `${read.text} ${read.offset}`;
}

/**
 * Instants of one column: without the offset, which is then for the heading, as long as all have the same. Where summer
 * time lies between them, each has its own and the heading has none.
 */
export function formatInstants(
  isos: readonly string[],
  timeZone: string,
): { readonly texts: readonly string[]; readonly offset: string | null } {
  const read = isos.map((iso) => readInstant({ iso, timeZone }));
  const offsets = new Set(read.flatMap((one) => one?.offset ?? []));
  const [only = null] = offsets;
  const isShared = offsets.size <= 1;
  const texts = read.map((one, index) => {
    if (one === null) return isos[index] ?? '';
    return isShared ? one.text : `${one.text}${one.offset.replace(':00', '')}`;
  });
  return { texts, offset: isShared ? only : null };
}

interface Instant {
  /** To the minute. */
  readonly text: string;
  /** `+01:00`, or `UTC`. */
  readonly offset: string;
}

function readInstant({ iso, timeZone }: { iso: string; timeZone: string }): Instant | null {
  const ms = Date.parse(iso);
  if (!/^\d{4}-\d\d-\d\dT/.test(iso) || Number.isNaN(ms)) return null;
  const parts = new Map(
    formatOf(timeZone)
      .formatToParts(ms)
      .map(({ type, value }) => [type, value]),
  );
  const partOf = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? '';
  // `GMT+01:00`
  const offset = partOf('timeZoneName').replace(/^GMT(?:\+00:00)?/, '');
  return {
    text: `${partOf('year')}-${partOf('month')}-${partOf('day')} ${partOf('hour')}:${partOf('minute')}`,
    offset: offset === '' ? 'UTC' : offset,
  };
}

const FORMATS = new Map<string, Intl.DateTimeFormat>();

/** To make one takes longer than all else here. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const made =
    FORMATS.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'longOffset',
    });
  FORMATS.set(timeZone, made);
  return made;
}

/** `08:44:10 (+01:00)`, of an ISO 8601 instant. */
export function formatClock({ iso, timeZone }: { iso: string; timeZone: string }): string {
  const read = readInstant({ iso, timeZone });
  // Offsets are whole minutes, so that seconds are the same everywhere.
  return read === null ? iso : `${read.text.slice('2026-11-23 '.length)}:${iso.slice(17, 19)} (${read.offset})`;
}

/** `08:44:10+01`, of an ISO 8601 instant; `07:44:10Z` where the clock shows UTC. */
export function formatTimeOfDay({ iso, timeZone }: { iso: string; timeZone: string }): string {
  const read = readInstant({ iso, timeZone });
  if (read === null) return iso;
  const offset = read.offset === 'UTC' ? 'Z' : read.offset.replace(':00', '');
  return `${read.text.slice('2026-11-23 '.length)}:${iso.slice(17, 19)}${offset}`;
}

/** `340 ms`, `3.2 s`, `2 min 5 s`, `1 h 4 min`. */
export function formatDuration(durationMs: number): string {
  if (durationMs < 1000) return `${Math.round(durationMs)} ms`;
  if (durationMs < 59_950) return `${(durationMs / 1000).toFixed(1)} s`;
  const seconds = Math.round(durationMs / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}

/** `now`, `40 s ago`, `4 min ago`, `3 h ago`. */
export function formatAgo(agoMs: number): string {
  const seconds = Math.round(agoMs / 1000);
  if (seconds < 1) return 'now';
  if (seconds < 100) return `${seconds} s ago`;
  const minutes = Math.round(seconds / 60);
  return minutes < 100 ? `${minutes} min ago` : `${Math.round(minutes / 60)} h ago`;
}
