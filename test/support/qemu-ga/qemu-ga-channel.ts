/** What a guest's own agent and its host call their port, as every manager does. */
const NAME = 'org.qemu.guest_agent.0';

/** More arguments for the QEMU of a guest for tests: the port and its socket on this host. */
export function channelArguments(socket: string): readonly string[] {
  return [
    ...['-chardev', `socket,id=qga,path=${socket},server=on,wait=off`],
    // Port 1 is the tests' own shell.
    ...['-device', `virtserialport,bus=serial0.0,nr=2,chardev=qga,id=qga0,name=${NAME}`],
  ];
}

/** The same as a child of `<devices>`; libvirt makes the socket and holds it. */
export const CHANNEL_XML = `<channel type='unix'><target type='virtio' name='${NAME}'/></channel>`;
