import { normalize, resolve } from 'node:path/posix';
import type { Finding, GuestAgentAccess, HostDisk, Monitor } from '../model/domain.ts';
import type { HostDevice } from '../model/host-device.ts';
import { readAgentChannel } from './command-line/agent-channel.ts';
import { applySets, createGlobals } from './command-line/changed-options.ts';
import { parseConfigurationFile } from './command-line/configuration-file.ts';
import { readDeviceDisks, toServedDisk } from './command-line/device-disks.ts';
import { readDevices } from './command-line/devices.ts';
import { readDriveDisks } from './command-line/drive-disks.ts';
import { readDrives } from './command-line/drives.ts';
import type { FoundDisk } from './command-line/found-disk.ts';
import { readGuestAgent } from './command-line/guest-agent.ts';
import { readName, readUuids } from './command-line/identity.ts';
import { type KeyValues, parseKeyValues } from './command-line/key-values.ts';
import { readMachine } from './command-line/machine.ts';
import { readQmpSockets } from './command-line/monitors.ts';
import { type QemuOption, readOptions } from './command-line/options.ts';
import { findOtherStorage } from './command-line/other-storage.ts';
import { findUnclaimed } from './command-line/unclaimed.ts';

export interface CommandLine {
  readonly name: string | null;
  readonly uuid: string | null;
  readonly guestUuid: string | null;
  readonly monitors: readonly Monitor[];
  readonly guestAgent: GuestAgentAccess;
  /** As `Domain.agentChannel`; null where there is none. */
  readonly agentChannel: string | null;
  readonly disks: readonly HostDisk[];
  /** Disks whose SCSI commands go past QEMU's counters; each has a finding too. */
  readonly passedThrough: readonly HostDisk[];
  /** Devices of the host that the guest has as they are; which of them are disks, /sys knows. */
  readonly hostDevices: readonly HostDevice[];
  readonly findings: readonly CommandLineFinding[];
}

export interface CommandLineFinding extends Finding {
  /** The disk that was left out, by `HostDisk.id`; null where it is about something else. */
  readonly leftOut: string | null;
}

/**
 * What a QEMU process was started with: its disks as they were then. Whatever on it can hold a disk of the guest is a
 * disk here, or has a finding. Disks plugged in later and images that a snapshot moved are not in it. `cwd` resolves
 * relative paths; it is null when it may not be read, and empty to leave them as they are. `configurations` are the
 * texts of its -readconfig files, by the names that they have there: null is one that cannot be read, and one that is
 * not in it was not tried. Throws SyntaxError for broken JSON.
 */
export function parseCommandLine({
  argv,
  cwd,
  configurations = new Map(),
}: {
  argv: readonly string[];
  cwd: string | null;
  configurations?: ReadonlyMap<string, string | null>;
}): CommandLine {
  const options = applySets(readOptions(argv).flatMap((option) => openConfiguration(option, configurations)));
  const machine = readMachine({ program: argv[0] ?? '', options });
  const name = readName(options);
  const guest = name ?? 'a QEMU process';
  const drives = readDrives({ options, machine });
  const devices = readDevices(options);
  const nodes = readNamedNodes(options);
  const others = devices.all.map((device) => ({ device, storage: findOtherStorage(device, options) }));
  const found: readonly FoundDisk[] = [
    ...readDeviceDisks({ devices, machine, drives, nodes }),
    ...others.flatMap(({ device, storage }) =>
      storage?.kind === 'served' ? [toServedDisk({ device, socket: storage.socket, devices, machine })] : [],
    ),
    ...readDriveDisks({ drives, machine, withGlobals: createGlobals(options) }),
  ];
  const placed = found.map((one) => placeDisk({ found: one, cwd, guest }));
  const sockets = [...new Set(readQmpSockets(options))].filter((path) => !isHidden({ path, cwd }));
  const qmpPaths = sockets.map((path) => toPath({ path, cwd }));
  const place = (path: string) => (isHidden({ path, cwd }) ? null : toPath({ path, cwd }));
  return {
    name,
    ...readUuids(options),
    monitors: qmpPaths.map((path) => ({ kind: 'socket', path }) as const),
    guestAgent: readGuestAgent({ options, devices, place, qmpPaths }),
    agentChannel: readAgentChannel({ options, devices, place }),
    disks: placed.flatMap(({ disk, isPassedThrough }) => (disk === null || isPassedThrough ? [] : [disk])),
    passedThrough: placed.flatMap(({ disk, isPassedThrough }) => (disk !== null && isPassedThrough ? [disk] : [])),
    hostDevices: others.flatMap(({ storage }) => (storage?.kind === 'host-device' ? [storage.device] : [])),
    findings: [
      ...placed.flatMap(({ findings }) => findings),
      ...others.flatMap(({ device, storage }) =>
        storage?.kind === 'out-of-sight' ? [toOutOfSight({ device, guest, ...storage })] : [],
      ),
      ...[
        ...findUnclaimed({ options, drives, nodes }),
        ...options.flatMap((option) => findUnread(option, configurations)),
        ...(found.length === 0 && sockets.length > 0 && options.some(isPausedStart) ? [PLUGGED_IN_LATER] : []),
      ].map(({ sentence, hint }) => ({ subject: guest, sentence, hint, leftOut: null })),
    ],
  };
}

function toOutOfSight({
  device,
  guest,
  sentence,
  hint,
}: {
  device: KeyValues;
  guest: string;
  sentence: string;
  hint: string;
}): CommandLineFinding {
  const id = device.get('id') ?? null;
  return { subject: id === null ? guest : `${guest}, ${id}`, sentence, hint, leftOut: id };
}

/** `-S`: its manager sets it up by QMP before it runs, as Incus does. */
function isPausedStart({ name }: QemuOption): boolean {
  return name === 'S';
}

const PLUGGED_IN_LATER = {
  sentence:
    'No disk is on its command line: its manager plugs them in through the monitor, and only whoever holds the monitor can tell which.',
  hint: 'If none of its disks is listed, name them in a [[guest]] entry of the configuration, with the uuid of the guest.',
};

interface Placed {
  readonly disk: HostDisk | null;
  readonly isPassedThrough: boolean;
  readonly findings: readonly CommandLineFinding[];
}

function placeDisk({ found, cwd, guest }: { found: FoundDisk; cwd: string | null; guest: string }): Placed {
  const { disk, chain, isPassedThrough, servedOver } = found;
  const subject = `${guest}, disk ${disk.id}`;
  const leaveOut = ({ obstacle, hint }: Obstacle): CommandLineFinding => ({
    subject,
    sentence: `The disk ${obstacle}; it is left out.`,
    hint,
    leftOut: disk.id,
  });
  const passed = isPassedThrough ? [leaveOut(PASSED_THROUGH)] : [];
  if (chain.kind === 'obstacle') {
    return { disk: null, isPassedThrough, findings: [leaveOut(isPassedThrough ? PASSED_THROUGH : chain)] };
  }
  const { kind: _, filename, dataFile, ...rest } = chain;
  if (chain.storage !== 'network' && isHidden({ path: filename, cwd })) {
    const obstacle = `has the relative path '${filename}', and the working directory of its QEMU cannot be read`;
    const hint = 'Run the collector as root, or start QEMU with absolute paths.';
    return { disk: null, isPassedThrough, findings: [leaveOut({ obstacle, hint })] };
  }
  const image = chain.storage === 'network' ? filename : toPath({ path: filename, cwd });
  const served = servedOver === null ? [] : [toServedFinding({ subject, socket: servedOver })];
  const data =
    dataFile === null || isHidden({ path: dataFile, cwd }) ? {} : { dataFile: toPath({ path: dataFile, cwd }) };
  return { disk: { ...disk, ...rest, ...data, image }, isPassedThrough, findings: [...passed, ...served] };
}

interface Obstacle {
  readonly obstacle: string;
  readonly hint: string;
}

/** hw/scsi/scsi-generic.c: discards go to the device as SG_IO requests, past the nodes that count them. */
const PASSED_THROUGH: Obstacle = {
  obstacle: 'hands its SCSI commands straight to the device, where QEMU counts none',
  hint: 'Attach it as scsi-hd (in libvirt device="disk") to have its discards counted.',
};

function toServedFinding({ subject, socket }: { subject: string; socket: string }): CommandLineFinding {
  return {
    subject,
    sentence: `The disk is served by another process over ${socket}: QEMU neither stores nor counts what is on it.`,
    hint: `ss -xlp | grep ${socket}`,
    leftOut: null,
  };
}

function openConfiguration(
  option: QemuOption,
  configurations: ReadonlyMap<string, string | null>,
): readonly QemuOption[] {
  const text = option.name === 'readconfig' ? (configurations.get(option.value) ?? null) : null;
  return text === null ? [option] : parseConfigurationFile(text);
}

function findUnread({ name, value }: QemuOption, configurations: ReadonlyMap<string, string | null>) {
  if (name !== 'readconfig') return [];
  const why = configurations.has(value) ? 'cannot be read: absent, no regular file, or too long' : 'is not read';
  const sentence = `Its QEMU was started with -readconfig ${value}, which ${why}: what disks and monitors are in it is not known.`;
  return [{ sentence, hint: `cat ${value}` }];
}

function readNamedNodes(options: readonly QemuOption[]): ReadonlyMap<string, KeyValues> {
  return new Map(
    options
      .filter(({ name }) => name === 'blockdev')
      .map(({ value }) => parseKeyValues({ text: value, impliedKey: 'driver' }))
      .map((node) => [node.get('node-name') ?? '', node] as const),
  );
}

function toPath({ path, cwd }: { path: string; cwd: string | null }): string {
  return cwd === '' ? normalize(path) : resolve(cwd ?? '/', path);
}

/** A relative path of a QEMU whose working directory cannot be read leads nowhere that is known. */
function isHidden({ path, cwd }: { path: string; cwd: string | null }): boolean {
  return cwd === null && !path.startsWith('/');
}
