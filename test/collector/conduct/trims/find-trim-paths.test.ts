import { expect, it } from 'vitest';
import { createFindTrimPaths } from '../../../../collector/src/conduct/trims/find-trim-paths.ts';
import type { TrimsByQemuGa } from '../../../../collector/src/model/guest-inside.ts';
import { askMonitors } from '../../../../collector/src/qemu/ask-monitors.ts';
import { aConnected, createKnownHost, WEB_DOMAIN } from '../known-host.ts';

const LIBVIRT = { kind: 'libvirt', uri: 'qemu:///system', domain: 'u' } as const;

/** How QEMU's counters of a guest's disk are had, where its only monitor is libvirt's. */
async function counted({ agreed, mayTaint }: { agreed: boolean | null; mayTaint: boolean }) {
  const { survey } = createKnownHost({ domains: [{ ...WEB_DOMAIN, monitors: [LIBVIRT] }] });
  const log = { info() {}, warn() {}, error() {} };
  const byQemuGa: TrimsByQemuGa | null =
    agreed === null
      ? null
      : {
          channel: LIBVIRT,
          version: null,
          allows: { fstrim: true, fsinfo: true },
          addresses: new Map(),
          mayTaint: agreed,
        };
  const guest = aConnected(byQemuGa === null ? {} : { byQemuGa });
  const [path] = await createFindTrimPaths({ survey, log, mayTaint })({ guest, disks: ['sda'], asOf: 'now' });
  const answer = await askMonitors({ monitors: path?.domain?.monitors ?? [], mayTaint, ask: async () => 'counters' });
  return answer.kind === 'answered' ? answer.answer : answer.why;
}

it.each([
  ['of a guest with our agent are asked of libvirt', { agreed: null, mayTaint: true }, /^counters$/],
  ['of one with qemu-ga are not, and how they are is told', { agreed: false, mayTaint: true }, /--even-if-tainted/],
  ['are, where somebody has agreed', { agreed: true, mayTaint: true }, /^counters$/],
  ['are not where the collector never asks', { agreed: true, mayTaint: false }, /^(?!.*--even).*is not asked/],
  ['nor is a flag named that would not help', { agreed: false, mayTaint: false }, /^(?!.*--even).*is not asked/],
])('QEMU’s counters %s', async (_, given, told) => {
  expect(await counted(given)).toMatch(told);
});
