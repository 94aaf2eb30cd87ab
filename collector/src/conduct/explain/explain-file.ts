import { toCause } from '@trimtab/protocol/shared';
import { parseDomain } from '../../host/libvirt/parse-domain.ts';
import { parseGuest } from '../../host/proxmox/parse-guest.ts';
import type { Storage } from '../../host/proxmox/storage-configuration.ts';
import type { Finding, HostDisk } from '../../model/domain.ts';
import type { Explanation } from '../../model/explanation.ts';
import { type HostDevice, toHostDeviceFinding } from '../../model/host-device.ts';
import { isQemu } from '../../qemu/command-line/program.ts';
import { parseCommandLine } from '../../qemu/command-line.ts';
import { explainImage } from './explain-image.ts';
import type { FileToExplain } from './file-to-explain.ts';
import { recogniseFile } from './recognise-file.ts';
import { toExplainedDisk } from './to-explained-disk.ts';

/** What one file says of a guest's disks. Pure: nothing that it names is opened. */
export function explainFile({
  file,
  storages,
}: {
  file: FileToExplain;
  /** Of Proxmox VE's storage.cfg; empty without one. */
  storages: ReadonlyMap<string, Storage>;
}): Explanation {
  const recognised = recogniseFile(file);
  try {
    switch (recognised.kind) {
      case 'image':
        return explainImage({ file, format: recognised.format });
      case 'libvirt-xml':
        return explainDomain(recognised.text);
      case 'proxmox-conf':
        return explainConfiguration({ text: recognised.text, path: file.path, storages });
      case 'command-line':
        return explainCommandLine({ argv: recognised.argv, path: file.path });
      case 'unknown':
        return toUnknown({ path: file.path, why: recognised.why });
    }
  } catch (error) {
    if (error instanceof SyntaxError) return toUnknown({ path: file.path, why: toCause(error) });
    throw error;
  }
}

function explainDomain(text: string): Explanation {
  const { domain, disks, passedThrough, hostDevices, findings } = parseDomain({ text, uri: 'qemu:///system' });
  return toExplanation({
    kind: 'libvirt-xml',
    name: domain.name,
    uuid: domain.uuid,
    disks: disks.map(({ disk }) => disk),
    passedThrough,
    hostDevices,
    findings: [
      ...findings,
      ...disks.flatMap(({ disk, volume }) =>
        volume === null
          ? []
          : [
              {
                subject: `${domain.name}, disk ${disk.id}`,
                sentence: `Only libvirt knows where the volume ${volume.name} of the pool ${volume.pool} is.`,
                hint: `virsh vol-path --pool ${volume.pool} ${volume.name}`,
              },
            ],
      ),
    ],
  });
}

function explainConfiguration({
  text,
  path,
  storages,
}: {
  text: string;
  path: string;
  storages: ReadonlyMap<string, Storage>;
}): Explanation {
  const vmid = /(\d+)\.conf$/.exec(path)?.[1] ?? 'VMID';
  const { domain, passedThrough, hostDevices, findings } = parseGuest({ vmid, text, storages });
  const isContainer = /^rootfs: /m.test(text);
  return toExplanation({
    kind: 'proxmox-conf',
    name: domain.name,
    uuid: domain.uuid,
    disks: domain.disks,
    passedThrough,
    hostDevices,
    findings: isContainer ? [...findings, toContainerFinding(vmid)] : findings,
  });
}

function toContainerFinding(vmid: string): Finding {
  const sentence =
    'It is the configuration of a container, whose filesystems are the host’s: it has no disks that a guest trims.';
  return { subject: `container ${vmid}`, sentence, hint: `pct fstrim ${vmid}` };
}

/** Relative paths stay as they are: where QEMU was started, its command line does not say. */
function explainCommandLine({ argv, path }: { argv: readonly string[]; path: string }): Explanation {
  if (!isQemu(argv[0] ?? '')) return toUnknown({ path, why: `it is the command line of ${argv[0]}, which is no QEMU` });
  const told = parseCommandLine({ argv, cwd: '' });
  return toExplanation({ kind: 'command-line', ...told });
}

interface Told extends Pick<Explanation, 'kind' | 'name' | 'uuid' | 'findings'> {
  readonly disks: readonly HostDisk[];
  readonly passedThrough: readonly HostDisk[];
  readonly hostDevices: readonly HostDevice[];
}

function toExplanation({ kind, name, uuid, disks, passedThrough, hostDevices, findings }: Told): Explanation {
  const guest = name ?? 'the guest';
  return {
    kind,
    name,
    uuid,
    disks: [
      ...disks.map((disk) => toExplainedDisk({ disk, passedThrough: false })),
      ...passedThrough.map((disk) => toExplainedDisk({ disk, passedThrough: true })),
    ],
    findings: [
      ...findings.map(({ subject, sentence, hint }) => ({ subject, sentence, hint })),
      ...hostDevices.map((device) => toHostDeviceFinding({ guest, device, isStorage: null })),
      ...disks.flatMap((disk) => findHindrances({ disk, guest })),
    ],
  };
}

/** What of a disk no node tells. */
function findHindrances({ disk, guest }: { disk: HostDisk; guest: string }): readonly Finding[] {
  const subject = `${guest}, disk ${disk.id}`;
  const { withoutDiscard, discardNoUnref } = disk;
  return [
    ...(withoutDiscard === null
      ? []
      : [
          {
            subject,
            sentence: `Its device offers the guest no discards: ${withoutDiscard}.`,
            hint: 'docs/causes.md, device-without-discard',
          },
        ]),
    ...(discardNoUnref
      ? [
          {
            subject,
            sentence: 'A cluster that the guest discards stays reserved in the image: discard-no-unref.',
            hint: 'docs/causes.md, discard-no-unref',
          },
        ]
      : []),
  ];
}

function toUnknown({ path, why }: { path: string; why: string }): Explanation {
  const hint = "virsh dumpxml GUEST, or: tr '\\0' '\\n' </proc/PID/cmdline";
  const finding = { subject: path, sentence: `It is not understood: ${why}.`, hint };
  return { kind: 'unknown', name: null, uuid: null, disks: [], findings: [finding] };
}
