import {
  addressSetting,
  countSetting,
  daysSetting,
  durationSetting,
  optionalTextSetting,
  type Settings,
  sizeSetting,
  switchSetting,
  textSetting,
} from '@trimtab/protocol/shared';

import { ALERT_SETTINGS } from './model/alert-settings.ts';
import { addressesSetting, databaseSetting, listSetting, localLibvirt, usersSetting } from './model/setting-kinds.ts';

export const ENVIRONMENT_PREFIX = 'TRIMTAB_';
export const DEFAULT_CONFIGURATION = '/etc/trimtab/collector.toml';

/** Every key of the collector: in collector.toml, as a flag of `trimtab serve` and as an environment variable. */
export const SETTINGS = {
  listen: addressesSetting({
    describe: 'Where agents connect (WebSocket): by TLS, and without it from this host alone',
    placeholder: 'ADDRESS:PORT',
    example: '192.0.2.1:7461',
    default: '127.0.0.1:7461',
    least: 1,
  }),
  acceptUnenrolled: switchSetting({
    describe: 'Take guests that have not joined, at their word, until all have; whoever reaches the port may be one',
    placeholder: '',
    example: '',
    default: false,
  }),
  advertise: addressesSetting({
    describe: 'Where guests are told to find this collector, if not where it listens; port 0: that where it does',
    placeholder: 'ADDRESS:PORT',
    example: 'host.example:7461',
    default: null,
    least: 0,
  }),
  tlsCertificate: optionalTextSetting({
    describe: 'Certificate for TLS with its chain (PEM); without one the collector makes its own',
    placeholder: 'PATH',
    example: '/etc/trimtab/certificate.pem',
  }),
  tlsKey: optionalTextSetting({
    describe: 'The key of that certificate (PEM, not encrypted)',
    placeholder: 'PATH',
    example: '/etc/trimtab/key.pem',
  }),
  socket: textSetting({
    describe: 'Unix socket of the API, which the commands use',
    placeholder: 'PATH',
    example: '/run/trimtab/collector.sock',
    default: '/run/trimtab/collector.sock',
  }),
  apiListen: addressesSetting({
    describe:
      'Where the API listens besides the socket: by TLS unless on loopback, for who has a token (trimtab tokens)',
    placeholder: 'ADDRESS:PORT',
    example: '192.0.2.1:7462',
    default: null,
    least: 0,
  }),
  metricsListen: addressSetting({
    describe: 'Where Prometheus finds /metrics besides the API, and nothing else; it asks for no password',
    placeholder: 'ADDRESS:PORT',
    example: '192.0.2.1:7463',
    default: null,
  }),
  metricsPerGuest: switchSetting({
    describe: 'Figures of each guest and image in /metrics, which on a large host are thousands',
    placeholder: '',
    example: '',
    default: false,
  }),
  stateDirectory: textSetting({
    describe: 'Folder of the database',
    placeholder: 'PATH',
    example: '/var/lib/trimtab',
    default: '/var/lib/trimtab',
  }),
  database: databaseSetting({
    describe: 'A PostgreSQL database that keeps the history, instead of a file in that folder',
    placeholder: 'URL',
    example: 'postgres://trimtab@db.example/trimtab?sslmode=verify-full',
  }),
  history: sizeSetting({
    describe: 'What the stored trims may take; those of guests that no source of this host knows, an eighth of it',
    placeholder: 'SIZE',
    example: '512MiB',
    default: '512MiB',
  }),
  keepSamples: daysSetting({
    describe: 'For how long each sample of a pool, an image or a filesystem is kept',
    placeholder: 'TIME',
    example: '2d',
    default: '2d',
  }),
  keepHours: daysSetting({
    describe: 'For how long of each hour the last, the least and the most is kept',
    placeholder: 'TIME',
    example: '90d',
    default: '90d',
  }),
  keepDays: daysSetting({
    describe: 'The same of each day',
    placeholder: 'TIME',
    example: '5y',
    default: '5y',
  }),
  slotsPerPool: countSetting({
    describe: 'Trims that may run at once on the images of one pool',
    placeholder: 'COUNT',
    example: '2',
    default: 2,
    least: 1,
    most: 64,
  }),
  settleLimit: durationSetting({
    describe: 'How long to wait after a trim for the numbers of the host to stop changing',
    placeholder: 'TIME',
    example: '10s',
    default: '10s',
  }),
  sampleEvery: durationSetting({
    describe: 'How often what pools and images hold is sampled',
    placeholder: 'TIME',
    example: '1m',
    default: '1m',
    least: '1s',
  }),
  libvirtUri: localLibvirt({
    describe: 'Which libvirt of this host to ask',
    placeholder: 'URI',
    example: 'qemu:///system',
    default: 'qemu:///system',
  }),
  hypervisorUsers: usersSetting({
    describe: 'Users that run QEMU on this host; a process of anybody else is no guest',
    placeholder: 'USER,USER',
    example: 'root,libvirt-qemu,alice',
    default: 'root,libvirt-qemu,qemu,kvm,incus,lxd',
  }),
  withoutQemuCounters: switchSetting({
    describe: 'Never ask QEMU through libvirt, which notes it on the domain; received and passed are then not counted',
    placeholder: '',
    example: '',
    default: false,
  }),
  qgaSchedule: optionalTextSetting({
    describe: 'When to trim guests that have qemu-ga and no agent, as a cron expression; without one only when asked',
    placeholder: 'CRON',
    example: '"0 3 * * 0"',
  }),
  qgaTimeZone: textSetting({
    describe: 'The time zone of that schedule',
    placeholder: 'ZONE',
    example: 'Europe/Vienna',
    default: 'UTC',
  }),
  connections: countSetting({
    describe: 'Guests that may be connected at once',
    placeholder: 'COUNT',
    example: '10000',
    default: 10_000,
    least: 1,
    most: 60_000,
  }),
  connectionsPerAddress: countSetting({
    describe: 'How many of them from one address, and how many new ones a minute',
    placeholder: 'COUNT',
    example: '1024',
    default: 1_024,
    least: 1,
    most: 60_000,
  }),
  halfOpen: countSetting({
    describe: 'Connections that may be open before their agents say who they are',
    placeholder: 'COUNT',
    example: '4096',
    default: 4_096,
    least: 1,
    most: 60_000,
  }),
  halfOpenPerAddress: countSetting({
    describe: 'How many of them from one address',
    placeholder: 'COUNT',
    example: '128',
    default: 128,
    least: 1,
    most: 60_000,
  }),
  strangers: countSetting({
    describe: 'Guests that no hypervisor of this host knows and that may be connected at once',
    placeholder: 'COUNT',
    example: '256',
    default: 256,
    least: 0,
    most: 60_000,
  }),
  strangersPerAddress: countSetting({
    describe: 'How many of them from one address, and how many new ones a minute',
    placeholder: 'COUNT',
    example: '64',
    default: 64,
    least: 0,
    most: 60_000,
  }),
  inventories: sizeSetting({
    describe:
      'What the inventories of all known guests may be together, as they are sent; in memory they take up to seven times that',
    placeholder: 'SIZE',
    example: '64MiB',
    default: '64MiB',
  }),
  strangerInventories: sizeSetting({
    describe: 'The same for guests that no hypervisor of this host knows',
    placeholder: 'SIZE',
    example: '8MiB',
    default: '8MiB',
  }),
  ...ALERT_SETTINGS,
  guest: listSetting({
    key: 'guest',
    isSecret: false,
    describe: 'Guests that the host cannot find by itself; in TOML one [[guest]] each',
    placeholder: 'JSON',
    example: `'[{"name":"web-1","disk":[{"image":"/srv/web-1.raw"}]}]'`,
  }),
  notify: listSetting({
    key: 'notify',
    isSecret: true,
    describe: 'Where notices of alerts go; in TOML one [[notify]] each',
    placeholder: 'JSON',
    example: `'[{"kind":"ntfy","name":"phone","url":"https://ntfy.sh","topic":"pools-of-host-1"}]'`,
  }),
};

export type CollectorSettings = Settings<typeof SETTINGS>;
