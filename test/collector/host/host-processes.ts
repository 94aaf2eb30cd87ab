import { createProxmoxSource } from '../../../collector/src/host/proxmox/proxmox-source.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import type { HostFiles } from '../../../collector/src/ports/host-files.ts';
import {
  createHypervisorProcesses,
  type HypervisorProcesses,
} from '../../../collector/src/qemu/processes/hypervisor-processes.ts';
import { createProcessSource } from '../../../collector/src/qemu/qemu-processes.ts';
import { createRecentImages } from '../../../collector/src/qemu/recent-images.ts';

/** Of a host on which root runs QEMU, as tests do. */
export function processesOf(files: HostFiles, users: readonly string[] = ['root']): HypervisorProcesses {
  return createHypervisorProcesses({ files, clock, users, ownUserId: 0 });
}

export function proxmoxSourceOf(files: HostFiles) {
  return createProxmoxSource({ files, argvOf: async (pid) => (await processesOf(files).find(pid))?.argv ?? null });
}

export function processSourceOf(files: HostFiles, users?: readonly string[]) {
  return createProcessSource({
    files,
    processes: processesOf(files, users),
    recentImages: createRecentImages({ files, clock }),
  });
}
