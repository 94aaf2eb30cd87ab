import { connect, type Socket } from 'node:net';
import { toCause } from '@trimtab/protocol/shared';
import type { ChannelPortHandlers, OpenChannelPort } from '../ports/channel-port.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** The ChannelPort over a unix socket on which QEMU listens (`-chardev socket,server=on`). */
export function createOpenChannelPort({ files }: { files: Pick<HostFiles, 'status'> }): OpenChannelPort {
  return (path, handlers) => {
    let socket: Socket | null = null;
    let isClosed = false;
    // connect(2) looks the path up in this program's one thread: on a filesystem that hangs, nothing would go on.
    void files.status(path).then((status) => {
      if (isClosed || status === null) handlers.closed('there is no such socket');
      else socket = attend(connect(path), handlers);
    });
    return {
      write: (bytes) => socket?.write(bytes) ?? false,
      pause: () => socket?.pause(),
      resume: () => socket?.resume(),
      close() {
        isClosed = true;
        socket?.destroy();
      },
    };
  };
}

function attend(socket: Socket, handlers: ChannelPortHandlers): Socket {
  let cause = 'QEMU has closed it';
  socket.on('connect', handlers.opened);
  socket.on('data', handlers.chunk);
  socket.on('drain', handlers.drained);
  socket.on('error', (error) => {
    cause = toCause(error);
  });
  return socket.on('close', () => handlers.closed(cause));
}
