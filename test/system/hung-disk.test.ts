import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createReadImages } from '../../collector/src/conduct/survey/read-images.ts';
import { createImages } from '../../collector/src/image/images.ts';
import { clock } from '../../collector/src/io/clock.ts';
import { createCommands } from '../../collector/src/io/commands.ts';
import { createHostFiles } from '../../collector/src/io/host-files.ts';
import { toHostDisk } from '../support/host-disk.ts';
import { runCommand } from '../support/machine/command.ts';
import { createCleanUp } from '../support/own-tools/clean-up.ts';

// A disk of this host that hangs in the kernel, where no signal ends who waits for it: a suspended device-mapper device
// answers no read until it is resumed. Needs root.

const SECTORS = 8_192;

it('a disk that hangs loses only itself, is told of, and is read again later', async () => {
  const cleanUp = createCleanUp((text) => console.error(text));
  try {
    const folder = mkdtempSync(join(tmpdir(), 'trimtab-hung-'));
    cleanUp.add('its folder', async () => rmSync(folder, { recursive: true }));
    const [below, healthy] = [join(folder, 'below.raw'), join(folder, 'healthy.qcow2')];
    await runCommand('truncate', ['-s', String(SECTORS * 512), below]);
    await runCommand('qemu-img', ['create', '-q', '-f', 'qcow2', healthy, '64M']);
    const loop = (await runCommand('losetup', ['--find', '--show', below])).trim();
    cleanUp.add('the loop device', () => runCommand('losetup', ['--detach', loop]));
    const name = `trimtab-${createHash('sha256').update(randomUUID()).digest('hex').slice(0, 8)}`;
    await runCommand('dmsetup', ['create', name, '--table', `0 ${SECTORS} linear ${loop} 0`]);
    cleanUp.add('the device', () => runCommand('dmsetup', ['remove', '--retry', name]));
    await runCommand('dmsetup', ['suspend', '--nolockfs', name]);
    let isSuspended = true;
    const resume = async () => {
      if (isSuspended) await runCommand('dmsetup', ['resume', name]);
      isSuspended = false;
    };
    cleanUp.add('the suspension', resume);

    const files = createHostFiles({ patienceMs: 300 });
    const readImages = createReadImages({ files, images: createImages({ files, commands: createCommands(), clock }) });
    const hung = toHostDisk(`/dev/mapper/${name}`, { storage: 'block', format: 'qcow2' });
    const read = () => readImages([hung, hung, hung, toHostDisk(healthy, { format: 'qcow2' })]);
    const { readings } = await read();
    for (const { finding } of readings.slice(0, 3))
      expect(finding).toMatchObject({
        subject: hung.image,
        sentence: expect.stringContaining('nothing there answers'),
      });
    expect(readings[3]?.state).toMatchObject({ path: healthy, capacityBytes: 64 * 1024 ** 2 });
    // At once now, and without another thread.
    const beganMs = performance.now();
    expect((await read()).readings[3]?.state).not.toBeNull();
    expect(performance.now() - beganMs).toBeLessThan(300);

    await resume();
    await expect.poll(() => files.silentPlace(`/dev/mapper/${name}`)).toBeNull();
    expect((await read()).readings[0]?.finding?.sentence).toContain('qcow2');
  } finally {
    await cleanUp.run();
  }
});
