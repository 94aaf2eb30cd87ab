import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Movement, processorTime } from '../waiting/movement.ts';
import { GaveUp, waitWhileMoving } from '../waiting/wait-while-moving.ts';
import { commandLine, type GuestSockets } from './command-line.ts';
import type { GuestOptions } from './guest-options.ts';
import { writeInitrd } from './initrd.ts';
import { bootTrouble, consoleLength } from './kernel-trouble.ts';
import { createOverlay } from './overlay.ts';
import { prepareGuest } from './prepare.ts';
import { endsWithin, type QemuProcess, startQemu, untilListening } from './qemu-process.ts';
import { connectQmp, type QmpClient } from './qmp.ts';
import { type CommandResult, connectShell, type GuestShell, type RunOptions } from './shell.ts';

export interface Guest extends AsyncDisposable {
  readonly name: string;
  readonly uuid: string;
  /** Of its QEMU. */
  readonly pid: number;
  /** Nobody has connected to it: it is for the collector. */
  readonly qmpSocket: string;
  /** Resolves when QEMU is gone, for whatever reason. */
  readonly exited: Promise<void>;
  /**
   * What moves while the guest does anything: its console, and the processor time of its QEMU. Nothing more when its
   * kernel has broken.
   */
  readonly movement: Movement;
  run(command: string, options?: RunOptions): Promise<CommandResult>;
  /** Its stdout; throws with the command, exit code and stderr unless the exit code is 0. */
  mustRun(command: string, options?: RunOptions): Promise<string>;
  qmp(execute: string, args?: object): Promise<unknown>;
  /** All that the guest wrote on its serial console. */
  console(): string;
  stop(): Promise<void>;
}

/** Boots a guest; resolves when it runs commands, however long that takes as long as it does something. */
export async function startGuest(options: GuestOptions): Promise<Guest> {
  const uuid = options.uuid ?? randomUUID();
  const directory = resolve(options.directory);
  const sockets = socketsIn(directory);
  const consoleLog = join(directory, 'console.log');
  const initrd = join(directory, 'initrd');

  const flavour = options.disks.some(({ bus }) => bus === 'sata') ? 'amd64' : 'cloud-amd64';
  const { kernel, rootImage } = await prepareGuest({ say: options.say ?? (() => {}), flavour });
  await mkdir(directory, { recursive: true });
  for (const path of [...Object.values(sockets), consoleLog]) await rm(path, { force: true });
  await writeInitrd({ kernel, target: initrd });
  await appendFile(initrd, await createOverlay(options));
  await writeFile(consoleLog, '');

  const args = commandLine({
    options: { ...options, uuid },
    sockets,
    kernelImage: kernel.image,
    initrd,
    rootImage,
    consoleLog,
  });
  const qemu = await startQemu({ args, through: options.through ?? [] });
  const readConsole = () => readFileSync(consoleLog, 'utf8');
  const movement = [
    consoleLength({ guest: options.name, path: consoleLog }),
    processorTime(`guest ${options.name}`, qemu.pid),
  ];
  const end = () => void qemu.end();
  options.signal?.addEventListener('abort', end);
  try {
    await untilListening({ qemu, sockets: Object.values(sockets), movement });
    const shell = await connectShell({ path: sockets.shell, guest: options.name, movement });
    const qmp = await connectQmp({ path: sockets.testQmp, movement });
    await untilBooted({ name: options.name, qemu, shell, readConsole, movement });
    options.signal?.throwIfAborted();
    return createGuest({ name: options.name, uuid, sockets, qemu, shell, qmp, readConsole, movement });
  } catch (cause) {
    await qemu.end();
    const lastLines = readConsole().trimEnd().split('\n').slice(-20).join('\n');
    throw new Error(
      `Guest ${options.name} did not start: QEMU ${qemu.complaint()}\nIts console ends with:\n${lastLines}`,
      { cause },
    );
  } finally {
    options.signal?.removeEventListener('abort', end);
  }
}

function socketsIn(directory: string): GuestSockets {
  const sockets = {
    collectorQmp: join(directory, 'qmp'),
    testQmp: join(directory, 'qmp-test'),
    shell: join(directory, 'shell'),
  };
  // sun_path of struct sockaddr_un, unix(7): 108 bytes with the final NUL.
  if (Buffer.byteLength(sockets.testQmp) > 107) {
    throw new Error(
      `The directory for a guest's sockets is too long for a Unix socket (at most 98 bytes): ${directory}`,
    );
  }
  return sockets;
}

interface Parts {
  readonly name: string;
  readonly uuid: string;
  readonly sockets: GuestSockets;
  readonly qemu: QemuProcess;
  readonly shell: GuestShell;
  readonly qmp: QmpClient;
  readonly readConsole: () => string;
  readonly movement: Movement;
}

async function untilBooted(parts: Omit<Parts, 'uuid' | 'sockets' | 'qmp'>): Promise<void> {
  const { name, qemu, shell, readConsole, movement } = parts;
  let answered = false;
  // Whichever way the boot fails first is the one reported.
  shell.run('true').then(
    () => {
      answered = true;
    },
    () => {},
  );
  await waitWhileMoving({
    what: `guest ${name} boots`,
    movement,
    find() {
      if (answered) return true;
      if (qemu.hasExited()) throw new GaveUp(`QEMU ${qemu.complaint()}`);
      const trouble = bootTrouble(readConsole());
      if (trouble !== null) throw new GaveUp(trouble);
      return null;
    },
  });
}

function createGuest({ name, uuid, sockets, qemu, shell, qmp, readConsole, movement }: Parts): Guest {
  const stop = async (): Promise<void> => {
    if (!qemu.hasExited()) await qmp.execute('quit').catch(() => {});
    if (!(await endsWithin({ exited: qemu.exited, milliseconds: 3000 }))) await qemu.end();
    shell.close();
    qmp.close();
  };
  return {
    name,
    uuid,
    pid: qemu.pid,
    qmpSocket: sockets.collectorQmp,
    exited: qemu.exited,
    movement,
    run: (command, options) => shell.run(command, options),
    mustRun: async (command, options) => {
      const { exitCode, stdout, stderr } = await shell.run(command, options);
      if (exitCode === 0) return stdout;
      throw new Error(`In guest ${name}, exit code ${exitCode}: ${command}\n${stderr.trim()}`);
    },
    qmp: (execute, args) => qmp.execute(execute, args),
    console: readConsole,
    stop,
    [Symbol.asyncDispose]: stop,
  };
}
