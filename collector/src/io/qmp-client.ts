import type { Commands } from '../ports/commands.ts';
import type { Qmp } from '../ports/qmp.ts';
import { askLibvirt } from './qmp-libvirt.ts';
import { askSocket } from './qmp-socket.ts';

const GREETING_MS = 2000;
const ANSWERS_MS = 10_000;

/** The Qmp port: over UNIX sockets, and through libvirt where that holds the socket. */
export function createQmp({
  commands,
  libvirtUri,
  greetingMs = GREETING_MS,
  answersMs = ANSWERS_MS,
}: {
  commands: Commands;
  libvirtUri: string;
  greetingMs?: number;
  answersMs?: number;
}): Qmp {
  return {
    ask: (monitor, queue) =>
      monitor.kind === 'socket'
        ? askSocket({ socketPath: monitor.path, commands: queue, greetingMs, answersMs })
        : askLibvirt({ domain: monitor.domain, queue, commands, uri: libvirtUri, timeoutMs: answersMs }),
  };
}
