import { GUEST_STATES } from '../model/status.ts';
import { countKinds, type GaugeRow } from './gauge-row.ts';

/** Of the host as a whole: as many as there are kinds, however many guests it has. */
export const HOST_GAUGES: readonly GaugeRow[] = [
  {
    name: 'trimtab_guests',
    help: 'Guests by state: connected, away (their agent is), visits (not there now), off, or no-agent.',
    labels: ['state'],
    read: ({ guests }) => countKinds({ items: guests, kinds: GUEST_STATES, kindOf: ({ state }) => state }),
  },
  {
    name: 'trimtab_images',
    help: 'Disks of guests by what QEMU does with their discards: unmap, ignore, or unknown.',
    labels: ['discard'],
    read: ({ status }) =>
      countKinds({
        items: status.images,
        kinds: ['unmap', 'ignore', 'unknown'],
        kindOf: ({ discard }) => discard ?? 'unknown',
      }),
  },
  {
    name: 'trimtab_unclaimed_images',
    help: 'Files called like images that belong to no guest of this host, at most 200.',
    labels: [],
    read: ({ status }) => [{ labels: [], value: status.unclaimed.length }],
  },
  {
    name: 'trimtab_source_used',
    help: '1 where a source tells of guests, 0 where it could not be asked.',
    labels: ['source'],
    read: ({ status }) => status.sources.map(({ source, used }) => ({ labels: [source], value: used ? 1 : 0 })),
  },
  {
    name: 'trimtab_findings',
    help: 'Findings of the host, as trimtab status lists them.',
    labels: [],
    read: ({ status }) => [{ labels: [], value: status.findings.length }],
  },
  {
    name: 'trimtab_alerts',
    help: 'Alerts that fire now: trimtab alerts lists them.',
    labels: [],
    read: ({ status }) => [{ labels: [], value: status.firingAlerts }],
  },
  {
    name: 'trimtab_database_up',
    help: '1 while the database can be read and takes what is sampled, else 0: trimtab status says why.',
    labels: [],
    read: ({ isDatabaseUp }) => [{ labels: [], value: isDatabaseUp ? 1 : 0 }],
  },
  {
    name: 'trimtab_status_timestamp_seconds',
    help: 'When pools and images were looked at for these figures.',
    labels: [],
    read: ({ status }) => [{ labels: [], value: Date.parse(status.takenAt) / 1000 }],
  },
];
