export interface SerialPortHandlers {
  /** Until this returns false, and again after `resume`. */
  chunk(bytes: Uint8Array): boolean;
  /** Nobody holds the host's end now. */
  deserted(): void;
  /** It can be used no more: it was unplugged. Once, and last. */
  failed(cause: string): void;
}

/** A virtio-serial port that this process holds, as long as it lives: nobody else can open it meanwhile. */
export interface SerialPort {
  /** Resolves when the kernel has taken it; waits where nobody reads at the host's end. */
  write(bytes: Uint8Array): Promise<void>;
  resume(): void;
  isDeserted(): boolean;
}

/** Opens the port of this name; null where this guest has none. Throws a Fault `channel-busy` or `no-channel`. */
export type OpenSerialPort = (call: {
  readonly name: string;
  readonly handlers: SerialPortHandlers;
}) => Promise<SerialPort | null>;
