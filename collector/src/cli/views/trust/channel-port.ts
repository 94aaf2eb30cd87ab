import type { PartToPaste } from './ways-to-join.ts';

/** The name of the virtio-serial port, by which both ends know it. */
export const AGENT_PORT = 'org.trimtab.agent.0';

/** What adds the port to a guest. No token is needed: whoever is behind the port is this guest. */
export function toChannelParts(guest: string | null): readonly PartToPaste[] {
  const name = guest ?? 'GUEST';
  const file = 'trimtab-channel.xml';
  return [
    {
      title: `libvirt: this in a file ${file},`,
      lines: [
        "<channel type='unix'>",
        "  <source mode='bind'/>",
        `  <target type='virtio' name='${AGENT_PORT}'/>`,
        '</channel>',
      ],
    },
    {
      title: 'and then (--live adds it at once where the domain has a virtio-serial controller; else leave it out):',
      lines: [`virsh attach-device ${quote(name)} ${file} --live --config`],
    },
    {
      title: 'Plain QEMU, on its command line:',
      lines: [
        '-device virtio-serial-pci \\',
        `-chardev socket,id=trimtab,path=/run/trimtab-${toFileName(name)}.sock,server=on,wait=off \\`,
        `-device virtserialport,chardev=trimtab,name=${AGENT_PORT}`,
      ],
    },
  ];
}

/** For a shell. */
export function quote(word: string): string {
  return /^[\w.@%+:/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A comma would end the value, for QEMU; a slash would lead elsewhere. */
function toFileName(name: string): string {
  return name.replaceAll(/[^\w.-]/g, '_');
}
