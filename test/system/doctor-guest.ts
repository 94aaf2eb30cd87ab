import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type BootFiles, prepareBootFiles } from '../support/guest/boot-files.ts';
import { type Guest, startGuest } from '../support/guest/guest.ts';
import type { GuestDisk } from '../support/guest/guest-options.ts';
import { type CommandResult, connectShell } from '../support/guest/shell.ts';
import { domainMovement } from '../support/libvirt/domain-movement.ts';
import { formatDomain } from '../support/libvirt/domain-xml.ts';
import type { PrivateLibvirt } from '../support/libvirt/private-libvirt.ts';
import { AGENT_FILES } from '../support/programs/guest-agent.ts';
import type { Movement } from '../support/waiting/movement.ts';

/** A guest as its owner has it: a shell in it, and its power switch. */
export interface OwnGuest {
  readonly name: string;
  run(command: string): Promise<CommandResult>;
  /** QEMU's monitor; for guests that libvirt does not hold. */
  qmp(execute: string, args?: object): Promise<unknown>;
  /** While it is on. */
  movement(): Movement;
  /** Resolves when it runs commands. */
  powerOn(): Promise<void>;
  /** Resolves when its QEMU is gone; nothing happens to one that is off. */
  powerOff(): Promise<void>;
}

/** A QEMU process of its own, started alike each time. */
export function createPlainGuest(parts: {
  readonly name: string;
  readonly uuid: string;
  readonly directory: string;
  readonly disk: Omit<GuestDisk, 'id'>;
}): OwnGuest {
  const { name, uuid, directory, disk } = parts;
  let guest: Guest | null = null;
  const running = (): Guest => {
    if (guest === null) throw new Error(`guest ${name} is off`);
    return guest;
  };
  return {
    name,
    run: (command) => running().run(command),
    qmp: (execute, args) => running().qmp(execute, args),
    movement: () => running().movement,
    async powerOn() {
      guest = await startGuest({
        name,
        uuid,
        directory: join(directory, name),
        files: AGENT_FILES,
        disks: [{ id: 'disk0', ...disk }],
      });
    },
    async powerOff() {
      await guest?.stop();
      guest = null;
    },
  };
}

/** A domain of libvirt; what its configuration says when it is switched on is what it gets. */
export async function createDomainGuest(parts: {
  readonly name: string;
  readonly uuid: string;
  readonly directory: string;
  readonly libvirt: PrivateLibvirt;
  /** A raw file, for a SCSI disk without `discard=`, as libvirt makes one by itself. */
  readonly image: string;
}): Promise<OwnGuest> {
  const { name, uuid, directory, libvirt, image } = parts;
  const at = (file: string) => join(directory, `${name}-${file}`);
  const boot: BootFiles = await prepareBootFiles({
    directory: at('boot'),
    name,
    uuid,
    flavour: 'cloud-amd64',
    files: AGENT_FILES,
  });
  const socket = at('shell');
  await writeFile(
    at('xml'),
    formatDomain({
      name,
      uuid,
      machine: 'pc',
      boot: { ...boot, consoleLog: at('console.log'), shell: socket },
      disks: [{ path: image, format: 'raw', bus: 'scsi', more: `<serial>${name}</serial>` }],
    }),
  );
  await libvirt.virsh('define', at('xml'));
  let shell: Awaited<ReturnType<typeof connectShell>> | null = null;
  let movement: Movement = [];
  const run: OwnGuest['run'] = async (command) => {
    if (shell === null) throw new Error(`guest ${name} is off`);
    return shell.run(command);
  };
  return {
    name,
    run,
    qmp: () => Promise.reject(new Error(`guest ${name} is libvirt's`)),
    movement: () => movement,
    async powerOn() {
      await libvirt.virsh('start', name);
      movement = domainMovement({ name, consoleLog: at('console.log') });
      shell = await connectShell({ path: socket, guest: name, movement });
      await run('true');
    },
    async powerOff() {
      if (shell === null) return;
      shell.close();
      shell = null;
      await libvirt.virsh('destroy', name);
    },
  };
}
