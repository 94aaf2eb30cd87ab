/** The smallest socket a session needs; WebSocket today, virtio-serial one day. */
export interface GuestSocket {
  /** Where it comes from, for the log. */
  readonly peer: string;
  /** False when the peer does not read and too much is waiting: the socket is then closed by its owner. */
  send(frame: Uint8Array): boolean;
  close(code: number, reason: string): void;
}

/** What the owner of a socket calls; `opened` returns it, so that setting up and taking down cannot be mismatched. */
export interface SocketEvents {
  frame(frame: Uint8Array): void;
  /** A text frame came: no message of this wire is one. */
  text(): void;
  /** The peer answered a ping: it is there. */
  answered(): void;
  closed(): void;
}

export type OpenSocket = (socket: GuestSocket) => SocketEvents;
