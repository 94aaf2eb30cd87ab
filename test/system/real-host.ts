import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { createHostReader } from '../../collector/src/host/host-view.ts';
import { createLoopSource } from '../../collector/src/host/loop-devices.ts';
import { createImages } from '../../collector/src/image/images.ts';
import { clock } from '../../collector/src/io/clock.ts';
import { createCommands } from '../../collector/src/io/commands.ts';
import { createHostFiles } from '../../collector/src/io/host-files.ts';
import { createQmp } from '../../collector/src/io/qmp-client.ts';
import type { HostDisk } from '../../collector/src/model/domain.ts';
import { COUNTER_QUESTIONS, furtherQuestions, readCounters } from '../../collector/src/qemu/block-counters.ts';
import { processSourceOf } from '../collector/host/host-processes.ts';
import { type PausedQemu, startPausedQemu } from '../collector/host/paused-qemu.ts';
import { imageOf } from '../support/image-read.ts';

export const files = createHostFiles();
const commands = createCommands();
export const images = createImages({ files, commands, clock });
export const qmp = createQmp({ commands });

/** By its processes and loop devices; libvirt is in libvirt.test.ts. */
export const readHost = createHostReader({
  sources: [processSourceOf(files), createLoopSource({ files })],
  clock,
});

/** Real processes, sockets and images in a folder of their own for each test; all is undone after it. */
export function useRealHost() {
  let folder = '';
  let undo: (() => unknown)[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'trimtab-qemu-'));
    undo = [() => rmSync(folder, { recursive: true })];
  });
  afterEach(async () => {
    for (const step of undo.reverse()) await step();
  });
  return {
    run: (file: string, ...args: string[]) => execFileSync(file, args, { cwd: folder, encoding: 'utf8' }).trim(),
    at: (name: string) => join(folder, name),
    afterwards: (step: () => unknown) => undo.push(step),
    async start(args: readonly string[], machine = 'pc'): Promise<PausedQemu> {
      const qemu = await startPausedQemu({ folder, machine, args });
      undo.push(() => qemu.kill());
      return qemu;
    },
  };
}

/** What readHost says of one process, of all that run here. */
export async function readGuest({ pid }: PausedQemu) {
  const view = await readHost();
  const domain = view.domains.find((found) => found.pid === pid);
  if (domain === undefined) throw new Error(`readHost did not find the process ${pid}`);
  return { domain, findings: view.findings.filter(({ subject }) => subject.startsWith(domain.name)) };
}

export async function count(qemu: PausedQemu, disk: HostDisk) {
  const answers = await qmp.ask(qemu.qmpMonitor, COUNTER_QUESTIONS);
  const further = await qmp.ask(qemu.qmpMonitor, furtherQuestions(answers));
  return readCounters([...answers, ...further], disk);
}

export async function measure(disk: HostDisk) {
  const [read] = (await images.inspect([disk])).reads;
  return imageOf(read);
}
