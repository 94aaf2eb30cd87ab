import type { Monitor } from '../model/domain.ts';

export interface QmpCommand {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

/** The one change that is ever asked of a QEMU (qapi/block-core.json): all of these nodes are reopened, or none is. */
export interface QmpChange {
  readonly execute: 'blockdev-reopen';
  readonly arguments: { readonly options: readonly Readonly<Record<string, unknown>>[] };
}

/** `refusal`: QEMU said no, in its own words, and then nothing has changed. */
export type QmpChanged = { readonly refusal: string | null };

/**
 * Asks a running QEMU (docs/interop/qmp-spec). One connection for one list of commands, closed after it, so that the
 * monitor is never held: a QMP socket serves one client at a time. Throws a Fault `qmp-gone` (no such socket,
 * connection refused) or `qmp-busy` (no greeting in time: somebody else holds it), or `qmp-error` with QEMU's own
 * words.
 */
export interface Qmp {
  /**
   * The `return` value of each command, in order. Queries only, `qmp-refused` for anything else. A libvirt monitor is
   * asked by `virsh qemu-monitor-command`.
   */
  ask(monitor: Monitor, commands: readonly QmpCommand[]): Promise<readonly unknown[]>;
  /**
   * Has QEMU change something. After `qmp-busy` nothing has changed: it was never asked. After any other Fault nobody
   * knows whether it did.
   */
  change(monitor: Monitor, change: QmpChange): Promise<QmpChanged>;
}
