import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DoctorView } from '../../collector/src/model/doctor.ts';
import type { FirstSteps } from '../../collector/src/model/first-steps.ts';
import { startPausedQemu } from '../collector/host/paused-qemu.ts';
import { startCollectorProgram } from '../support/programs/collector.ts';

// What the host alone proves, before any agent: a real QEMU whose guest never starts.

const NAME = 'first-steps-guest';

/** More than any disk of a machine that runs tests. */
const CAPACITY_BYTES = 15 * 2 ** 40;

function argsOf({ image, discard }: { image: string; discard: 'ignore' | 'unmap' }): readonly string[] {
  const drive = `file=${image},format=raw,if=none,id=d0,discard=${discard}`;
  const identity = ['-name', NAME, '-uuid', '5f1e57a9-0000-4000-8000-000000000014'];
  return [...identity, '-device', 'virtio-scsi-pci', '-drive', drive, '-device', 'scsi-hd,drive=d0'];
}

it('leads from a host that drops discards to the agent of the guest, over the fix that it prints', async () => {
  await using stack = new AsyncDisposableStack();
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-first-'));
  stack.defer(() => rm(folder, { recursive: true }));
  const image = join(folder, 'disk.img');
  await writeFile(image, '');
  await truncate(image, CAPACITY_BYTES);
  const ignoring = await startPausedQemu({ folder, machine: 'q35', args: argsOf({ image, discard: 'ignore' }) });
  stack.defer(() => ignoring.kill());
  const collector = stack.use(await startCollectorProgram({ directory: folder }));

  const first = await collector.trimtab('--json');
  expect(first).toMatchObject({ exitCode: 0, stderr: '' });
  const { guests, next } = JSON.parse(first.stdout) as FirstSteps;
  expect(next.kind).toBe('mend-host');
  // Other guests may run on this host.
  expect(guests?.withoutAgent).toBeGreaterThan(0);

  const all = await collector.trimtab('doctor', '--json');
  expect(all.exitCode).toBe(1);
  const view = JSON.parse(all.stdout) as DoctorView;
  const [disk] = view.guests.find(({ name }) => name === NAME)?.disks ?? [];
  expect(disk).toMatchObject({ image, hops: { passed: 'broken' }, findings: [{ cause: 'host-ignores-discard' }] });
  expect(disk?.findings[0]?.fix?.note).toContain('discard=unmap');
  expect(view.fillable.some(({ capacityBytes }) => capacityBytes >= CAPACITY_BYTES)).toBe(true);

  await ignoring.kill();
  const passing = await startPausedQemu({ folder, machine: 'q35', args: argsOf({ image, discard: 'unmap' }) });
  stack.defer(() => passing.kill());
  // An overview may rest on a reading of the host that is two seconds old.
  const tell = async () => (await collector.trimtab('doctor', NAME)).stdout;
  await expect.poll(tell, { timeout: 60_000, interval: 500 }).toContain('passed ✓');
  const mended = await tell();
  expect(mended.replaceAll(/\s+/g, ' ')).toContain(`This lets it in: trimtab enroll ${NAME}`);
  expect(mended).not.toContain('host-ignores-discard');
  expect((await collector.trimtab('enroll', NAME)).stdout).toContain('trimtab-agent join tt1.');
});
