import type { Monitor } from '../model/domain.ts';

export interface QmpCommand {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/**
 * Asks a running QEMU (docs/interop/qmp-spec). One connection for one list of commands, closed after it, so that the monitor is
 * never held: a QMP socket serves one client at a time. Throws a Fault `qmp-gone` (no such socket, connection refused) or
 * `qmp-busy` (no greeting in time: somebody else holds it), or `qmp-error` with QEMU's own words.
 */
export interface Qmp {
  /** The `return` value of each command, in order. A libvirt monitor is asked by `virsh qemu-monitor-command`, queries only. */
  ask(monitor: Monitor, commands: readonly QmpCommand[]): Promise<readonly unknown[]>;
}
