import type { Fix } from '../cause.ts';

/** The device is made by the host, and a guest sees what it was made with until its QEMU is started anew. */
export function finerGranularity(mostBytes: number): Fix {
  return {
    on: 'host',
    commands: [],
    note: `Give the device a discard_granularity of at most ${mostBytes} bytes: on QEMU’s command line -device …,discard_granularity=${Math.min(mostBytes, 65_536)}, in libvirt <blockio discard_granularity='${Math.min(mostBytes, 65_536)}'/>. For a qcow2 image the size of its clusters is best.`,
    needsPowerCycle: true,
  };
}
