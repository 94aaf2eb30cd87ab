import { SAMPLED_EVERY_MS } from '../../../collector/src/conduct/qga/carry-out.ts';
import { PRESENT_MS } from '../../../collector/src/conduct/qga/present-guests.ts';
import { TURNS_SEEN_EVERY_MS } from '../../../collector/src/conduct/qga/steady-usages.ts';
import { ASKED_EVERY_MS, LONGEST_PAUSE_MS } from '../../../collector/src/conduct/qga/turns.ts';
import { KEPT_MS, OVERVIEW_MS } from '../../../collector/src/conduct/survey/qemu-ga-guests.ts';
import { MOST_TALK_BYTES } from '../../../collector/src/io/guest-agent-lines.ts';
import { LONGEST_SYNC, PROBE_MS, SYNC_MS } from '../../../collector/src/io/guest-agent-socket.ts';
import { MOST_SOCKETS_BYTES } from '../../../collector/src/io/unix-sockets.ts';
import {
  MOST_ANSWER_BYTES,
  MOST_ANSWER_DEPTH,
  MOST_WORDS_CHARACTERS,
} from '../../../collector/src/model/guest-agent-bounds.ts';
import { ASKED_AHEAD } from '../../../collector/src/qga/libvirt/ask-ahead.ts';
import { ALL_GUESTS_MS, GUEST_MS, MOST_VIRSH, SLOW_MS } from '../../../collector/src/qga/libvirt/ask-domains.ts';
import { MOST_TRIMS } from '../../../collector/src/qga/libvirt/libvirt-way.ts';
import { QM_MS } from '../../../collector/src/qga/proxmox/proxmox-way.ts';
import { ANSWER_MS } from '../../../collector/src/qga/socket/socket-way.ts';
import { WATCH_MS } from '../../../collector/src/qga/socket/watch-channel.ts';
import { TRIM_MS } from '../../../collector/src/qga/way.ts';
import { constant, type LimitSection } from './limit.ts';

const SILENT = 'that guest is called silent, and the others are asked';

export const GUEST_AGENTS: LimitSection = {
  title: 'What is asked of a qemu-guest-agent',
  said: 'Guests decide what it says, and when. One that hangs or lies keeps no other from being asked; but trims that hang hold the places of their libvirt.',
  limits: [
    constant({
      what: 'an answer of it, its nesting, and the words of a refusal',
      file: 'collector/src/model/guest-agent-bounds.ts',
      constants: { MOST_ANSWER_BYTES, MOST_ANSWER_DEPTH, MOST_WORDS_CHARACTERS },
      atIt: 'the answer counts as none; words are cut',
    }),
    constant({
      what: 'all that it says in one talk over a socket',
      file: 'collector/src/io/guest-agent-lines.ts',
      constants: { MOST_TALK_BYTES },
      atIt: 'the collector hangs up, and the answer counts as none',
    }),
    constant({
      what: 'time for its first word over a socket, its length, and from question to question whether it is the same',
      file: 'collector/src/io/guest-agent-socket.ts',
      constants: { SYNC_MS, LONGEST_SYNC, PROBE_MS },
      atIt: 'that guest is called silent; QEMU is asked why, where it has a QMP socket',
    }),
    constant({
      what: 'from question to question to QEMU whether it still runs, while it trims',
      file: 'collector/src/qga/socket/watch-channel.ts',
      constants: { WATCH_MS },
      atIt: 'a trim of one that runs no more is ended',
    }),
    constant({
      what: 'time for each answer over a socket',
      file: 'collector/src/qga/socket/socket-way.ts',
      constants: { ANSWER_MS },
      atIt: SILENT,
    }),
    constant({
      what: 'the list of Unix sockets, by which one that another holds is told',
      file: 'collector/src/io/unix-sockets.ts',
      constants: { MOST_SOCKETS_BYTES },
      atIt: 'it is called silent, not busy',
    }),
    constant({
      what: 'time for a guest through libvirt, for all of them, until another virsh goes on, and virsh at once',
      file: 'collector/src/qga/libvirt/ask-domains.ts',
      constants: { GUEST_MS, ALL_GUESTS_MS, SLOW_MS, MOST_VIRSH },
      atIt: SILENT,
    }),
    constant({
      what: 'guests that one virsh is asked for before it has answered the first of them',
      file: 'collector/src/qga/libvirt/ask-ahead.ts',
      constants: { ASKED_AHEAD },
      atIt: 'the next waits for its answer',
    }),
    constant({
      what: 'trims at once through libvirt',
      file: 'collector/src/qga/libvirt/libvirt-way.ts',
      constants: { MOST_TRIMS },
      atIt: 'the next is refused as busy',
    }),
    constant({
      what: 'time for an answer of `qm guest cmd`',
      file: 'collector/src/qga/proxmox/proxmox-way.ts',
      constants: { QM_MS },
      atIt: SILENT,
    }),
    constant({
      what: 'time for a trim',
      file: 'collector/src/qga/way.ts',
      constants: { TRIM_MS },
      atIt: 'it is no longer waited for; the guest may trim on',
    }),
    constant({
      what: 'age of an answer in `guests` and `doctor`, and of one that is kept of a guest that is asked no more',
      file: 'collector/src/conduct/survey/qemu-ga-guests.ts',
      constants: { OVERVIEW_MS, KEPT_MS },
      atIt: 'the guest is asked again; what is kept is dropped',
    }),
    constant({
      what: 'how long a guest that is to be trimmed through it is known without a trim',
      file: 'collector/src/conduct/qga/present-guests.ts',
      constants: { PRESENT_MS },
      atIt: 'the next trim asks it anew',
    }),
    constant({
      what: 'from asking to asking what a guest that was trimmed through it uses, and at last, of one that hangs',
      file: 'collector/src/conduct/qga/turns.ts',
      constants: { ASKED_EVERY_MS, LONGEST_PAUSE_MS },
      atIt: 'it is asked; while it does not answer, half as often each time',
    }),
    constant({
      what: 'how often it is seen whose turn of that has come',
      file: 'collector/src/conduct/qga/steady-usages.ts',
      constants: { TURNS_SEEN_EVERY_MS },
      atIt: 'they are asked together; the others have their own minute',
    }),
    constant({
      what: 'from sample to sample of its disks, while it trims',
      file: 'collector/src/conduct/qga/carry-out.ts',
      constants: { SAMPLED_EVERY_MS },
      atIt: 'progress is told where the host’s counters moved',
    }),
  ],
};
