import { Fault } from '@trimtab/protocol/shared';
import type { GuestAgentAnswer } from '../../ports/guest-agent.ts';
import type { AskVirsh, VirshComplaints } from '../../ports/virsh.ts';
import { type Refused, toFault } from '../faults.ts';
import type { LibvirtChannel } from '../way.ts';
import { readComplaint } from './read-complaint.ts';
import { type GuestInfo, readGuestInfo } from './read-guestinfo.ts';

export type DomainAnswer =
  | GuestAgentAnswer
  /** libvirt itself is not to be had, for this guest and all others. */
  | { readonly kind: 'unreachable'; readonly fault: Fault };

export interface Question {
  readonly ask: AskVirsh;
  readonly complaints: VirshComplaints;
  readonly channel: LibvirtChannel;
}

/**
 * What `guestinfo` is asked for. It leaves no mark on the domain, and needs a connection that is not read-only.
 */
export const WHOLE = '--filesystem --disk';

/**
 * What the answer to that means. Where a guest's qemu-ga does not tell of disks (before QEMU 5.2, or forbidden),
 * libvirt answers nothing at all until it is not asked for them.
 */
export async function concludeDomain(question: Question, whole: Told): Promise<DomainAnswer> {
  const { channel } = question;
  const isAboutDisks = whole.kind === 'refused' && ABOUT_DISKS.test(whole.lines[0] ?? '');
  const told = isAboutDisks ? await put(question, '--filesystem') : whole;
  if (told.kind === 'told') return answered({ channel, info: told.info, withheld: null });
  if (told.kind === 'garbled')
    return answered({ channel, info: null, withheld: { refusal: 'error', cause: told.cause } });
  const complaint = readComplaint(told.lines);
  if (complaint.refusal === 'unreachable')
    return { kind: 'unreachable', fault: toUnreachable(channel, complaint.cause) };
  const isThere = BY_THE_GUEST.test(told.lines[0] ?? '');
  return isThere ? answered({ channel, info: null, withheld: complaint }) : silent(channel, complaint);
}

export const isDomain = ({ domain }: LibvirtChannel): boolean => UUID.test(domain);

export function notADomain(channel: LibvirtChannel): GuestAgentAnswer {
  return silent(channel, { refusal: 'error', cause: 'it is no UUID of a domain' });
}

/** What stands in libvirt's XML and in every channel. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const ABOUT_DISKS = /QEMU agent command 'guest-get-disks'|doesn't support option --disk/;

/** Its qemu-ga has answered, and refused. */
const BY_THE_GUEST = /unable to execute QEMU agent command/;

export type Told =
  | { readonly kind: 'told'; readonly info: GuestInfo }
  | { readonly kind: 'garbled'; readonly cause: string }
  | { readonly kind: 'refused'; readonly lines: readonly string[] };

export const putWhole = (question: Question): Promise<Told> => put(question, WHOLE);

async function put({ ask, complaints, channel }: Question, types: string): Promise<Told> {
  const text = await ask(`guestinfo ${channel.domain} ${types}`);
  return toTold(text, await complaints());
}

export function toTold(text: string | null, complaints: readonly string[]): Told {
  if (complaints.length > 0) return { kind: 'refused', lines: complaints };
  if (text === null) return { kind: 'garbled', cause: 'its answer is longer than any that is read' };
  const info = readGuestInfo(text);
  return info === null
    ? { kind: 'garbled', cause: 'what it says of its filesystems is no answer to the question' }
    : { kind: 'told', info };
}

function answered({
  channel,
  info,
  withheld,
}: {
  channel: LibvirtChannel;
  info: GuestInfo | null;
  withheld: Refused | null;
}): GuestAgentAnswer {
  const fsinfo = info !== null ? true : withheld?.refusal === 'forbids' ? false : null;
  return {
    kind: 'answered',
    version: null,
    allows: { fstrim: null, fsinfo },
    filesystems: info?.filesystems ?? null,
    disks: info?.disks ?? null,
    withheld: withheld === null ? null : toFault({ refused: withheld, channel, asked: 'ask qemu-guest-agent' }),
  };
}

function silent(channel: LibvirtChannel, refused: Refused): GuestAgentAnswer {
  return { kind: 'silent', fault: toFault({ refused, channel, asked: 'ask qemu-guest-agent' }) };
}

export function toUnreachable({ uri }: LibvirtChannel, cause: string): Fault {
  const hint = 'systemctl status libvirtd virtqemud';
  return new Fault({ code: 'virsh-failed', operation: 'ask libvirt', subject: uri, cause, hint });
}
