import type { Enrolled } from '../../../model/enrolment.ts';

/** How a guest that is still to start gets its token. */
export const WAYS_TO_JOIN = ['libvirt-xml', 'smbios', 'cloud-init', 'proxmox'] as const;
export type WayToJoin = (typeof WAYS_TO_JOIN)[number];

/** The name of the credential, as systemd takes them from SMBIOS type 11 (systemd.io/CREDENTIALS). */
const CREDENTIAL = 'io.systemd.credential:trimtab.join';

const TOKEN_FILE = '/etc/trimtab/join-token';

/** What is to be pasted, and where. Each part is whole lines, which are not wrapped. */
export interface PartToPaste {
  readonly title: string;
  readonly lines: readonly string[];
}

/** What is to be known of a way. */
export interface Way {
  readonly parts: readonly PartToPaste[];
  /** Who else sees the token. */
  readonly seenBy: string;
}

/** A value on a command line is seen by all who see the process, and the token is nothing to them once it is used. */
const IN_PROCESS_LIST =
  'The token shows in the host’s process list and in the guest’s SMBIOS tables for as long as the guest runs.';

export const WAY_OF: Readonly<Record<WayToJoin, (made: Pick<Enrolled, 'token' | 'guest'>) => Way>> = {
  'libvirt-xml': ({ token, guest }) => ({
    parts: [
      {
        title: `In the domain's XML, inside <domain> (virsh edit ${guest ?? 'GUEST'}):`,
        lines: [
          "<sysinfo type='smbios'>",
          `  <oemStrings><entry>${CREDENTIAL}=${token}</entry></oemStrings>`,
          '</sysinfo>',
        ],
      },
      { title: 'And in its <os>:', lines: ["<smbios mode='sysinfo'/>"] },
    ],
    seenBy: `${IN_PROCESS_LIST} It stays in the domain’s XML until you take it out.`,
  }),
  smbios: ({ token }) => ({
    parts: [
      { title: "On QEMU's command line:", lines: [`-smbios type=11,value=${CREDENTIAL}=${token}`] },
      {
        title: 'Or from a file that QEMU alone reads, so that no process list has it:',
        lines: [
          "(umask 077; printf '%s' \\",
          `  '${CREDENTIAL}=${token}' \\`,
          '  >join-token)',
          '-smbios type=11,path=join-token',
        ],
      },
    ],
    seenBy: `${IN_PROCESS_LIST} With path= it shows in the guest’s tables alone.`,
  }),
  'cloud-init': ({ token }) => ({
    parts: [{ title: 'As user data, or a part of yours:', lines: toCloudConfig(token) }],
    seenBy:
      'The token is in the guest’s user data, which stays readable for root in the guest (/var/lib/cloud), and for all of it where a metadata service gives it out.',
  }),
  proxmox: ({ token }) => ({
    parts: [
      {
        title: 'As root on the Proxmox host, with the number of the guest for VMID:',
        lines: [`qm set VMID --args '-smbios type=11,value=${CREDENTIAL}=${token}'`],
      },
      {
        title: 'Or by cloud-init: this in /var/lib/vz/snippets/trimtab-join.yaml',
        lines: toCloudConfig(token),
      },
      {
        title: 'and then:',
        lines: ['qm set VMID --cicustom vendor=local:snippets/trimtab-join.yaml'],
      },
    ],
    seenBy: `With --args: ${IN_PROCESS_LIST} --args takes the place of what the guest has there: qm config VMID shows it. With --cicustom it is in that file.`,
  }),
};

/**
 * No more than the file: the agent takes it when it starts, and removes it once it has joined. A command of cloud-init
 * that joined by it would find it gone, and fail the boot, wherever the agent was first.
 */
function toCloudConfig(token: string): readonly string[] {
  return [
    '#cloud-config',
    'write_files:',
    `  - path: ${TOKEN_FILE}`,
    "    permissions: '0600'",
    '    owner: root:root',
    `    content: ${token}`,
  ];
}

/** Why it does no harm. */
export function tellHarmless({ mostUses }: Pick<Enrolled, 'mostUses'>): string {
  return mostUses === 1
    ? 'That is harmless once the guest has joined: the token lets in one guest, once, and nobody after it. Until then whoever sees it can join in its place, and the guest then says that its token was used.'
    : `It lets in ${mostUses} guests until its time is over: whoever sees it meanwhile can be one of them. Give it a short --ttl, withdraw it when the last has joined, and look at trimtab guests.`;
}
