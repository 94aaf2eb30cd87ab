import type { Domain, HostDisk } from '../../model/domain.ts';
import type { HostDevice } from '../../model/host-device.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { readAgentChannel } from './agent-channel.ts';
import { type LibvirtDisk, readDisks } from './disks.ts';
import { attribute, child, textOf } from './elements.ts';
import { readGuestAgent } from './guest-agent.ts';
import { findHostDevices, findOtherStorage } from './other-storage.ts';
import { parseXml } from './xml.ts';

export interface ParsedDomain {
  readonly domain: Omit<Domain, 'disks'>;
  readonly disks: readonly LibvirtDisk[];
  /** Disks whose SCSI commands go past QEMU's counters; each has a finding too. */
  readonly passedThrough: readonly HostDisk[];
  /** Devices of the host that the guest has as they are; which of them are disks, the XML does not say. */
  readonly hostDevices: readonly HostDevice[];
  readonly findings: readonly SourceFinding[];
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A domain from `virsh dumpxml` of the libvirt under `uri`: of a running guest that is the XML in force. Throws
 * SyntaxError for a text that is no XML or no domain.
 */
export function parseDomain({ text, uri }: { text: string; uri: string }): ParsedDomain {
  const root = parseXml(text);
  const uuid = textOf(child(root, 'uuid'))?.toLowerCase() ?? '';
  const name = textOf(child(root, 'name'));
  if (root.name !== 'domain' || !UUID.test(uuid) || name === null)
    throw new SyntaxError('it is no domain with a name and a uuid');
  const key = `libvirt:${uuid}`;
  const { disks, passedThrough, findings } = readDisks({ domain: root, key, guest: name });
  const isRunning = attribute(root, 'id') !== null;
  const agentChannel = readAgentChannel({ domain: root });
  return {
    domain: {
      key,
      name,
      uuid,
      guestUuid: textOf(child(root, 'hwuuid'))?.toLowerCase() ?? uuid,
      source: 'libvirt',
      libvirtUri: uri,
      seenBy: ['libvirt'],
      isRunning,
      pid: null,
      monitors: isRunning ? [{ kind: 'libvirt', uri, domain: uuid }] : [],
      bootId: null,
      guestAgent: readGuestAgent({ domain: root, uri, uuid }),
      ...(agentChannel === null ? {} : { agentChannel }),
    },
    disks,
    passedThrough,
    hostDevices: findHostDevices(root),
    findings: [...findings, ...findOtherStorage({ domain: root, key, guest: name })],
  };
}
