/** The host's end of a virtio-serial port: QEMU's unix socket, which serves one client at a time. */
export interface ChannelPort {
  /** False when QEMU takes no more for now; `drained` tells when it does. */
  write(bytes: Uint8Array): boolean;
  pause(): void;
  resume(): void;
  close(): void;
}

export interface ChannelPortHandlers {
  opened(): void;
  chunk(bytes: Uint8Array): void;
  drained(): void;
  /** Once, and last; also if it never opened. */
  closed(cause: string): void;
}

export type OpenChannelPort = (path: string, handlers: ChannelPortHandlers) => ChannelPort;
