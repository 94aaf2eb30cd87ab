import { createHostReader } from '../host/host-view.ts';
import { createLibvirtSource } from '../host/libvirt/libvirt-source.ts';
import { createLoopSource } from '../host/loop-devices.ts';
import { createProxmoxSource } from '../host/proxmox/proxmox-source.ts';
import { createStaticSource, parseStaticGuests } from '../host/static-list.ts';
import { createVirsh } from '../io/virsh.ts';
import type { HostView } from '../model/domain.ts';
import { findContainerVolumes } from '../pool/container-volumes.ts';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { HypervisorProcesses } from '../qemu/processes/hypervisor-processes.ts';
import { createProcessSource } from '../qemu/qemu-processes.ts';
import type { RecentImages } from '../qemu/recent-images.ts';

/** All ways to learn of this host's guests, as one. Throws a Fault for a `[[guest]]` entry that cannot be. */
export function createReadHost({
  files,
  clock,
  processes,
  recentImages,
  libvirtUri,
  guests,
}: {
  files: HostFiles;
  clock: Clock;
  processes: HypervisorProcesses;
  recentImages: RecentImages;
  libvirtUri: string;
  /** The `[[guest]]` entries of the configuration, unread. */
  guests: unknown;
}): () => Promise<HostView> {
  const sources = [
    createLibvirtSource({ virsh: createVirsh(), uri: libvirtUri }),
    createProxmoxSource({ files, argvOf: async (pid) => (await processes.find(pid))?.argv ?? null }),
    createProcessSource({ files, processes, recentImages }),
    createLoopSource({ files }),
    createStaticSource({ guests: parseStaticGuests({ raw: guests, place: 'guest' }) }),
  ];
  const readGuests = createHostReader({ sources, clock });
  return async () => {
    const [view, containers] = await Promise.all([readGuests(), findContainerVolumes(files)]);
    return { ...view, findings: [...view.findings, ...containers] };
  };
}
