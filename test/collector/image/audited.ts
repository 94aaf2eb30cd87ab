import { readFileSync } from 'node:fs';
import { createHostFiles } from '../../../collector/src/io/host-files.ts';
import type { CommandCall, CommandResult, Commands } from '../../../collector/src/ports/commands.ts';
import type { FileStatus, HostFiles, KernelFiles } from '../../../collector/src/ports/host-files.ts';

export const fixture = (path: string): string =>
  readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');

/** The host's files, and which of them were opened. */
export function auditFiles(files: HostFiles = createHostFiles()): { files: HostFiles; opened: string[] } {
  const opened: string[] = [];
  const readHead: HostFiles['readHead'] = (path, length) => {
    opened.push(path);
    return files.readHead(path, length);
  };
  return { files: { ...files, readHead }, opened };
}

/** Tools that answer what was captured of them (or what their manuals document), and which of them were run. */
export function answerWith(answers: Readonly<Record<string, string | Partial<CommandResult>>>): {
  commands: Commands;
  calls: CommandCall[];
} {
  const calls: CommandCall[] = [];
  const run = async (call: CommandCall): Promise<CommandResult> => {
    calls.push(call);
    const answer = answers[call.file];
    if (answer === undefined) return { kind: 'missing' };
    const said = typeof answer === 'string' ? { stdout: answer } : answer;
    return { kind: 'ended', exitCode: 0, stdout: '', stderr: '', ...said } as CommandResult;
  };
  return { commands: { run }, calls };
}

/** What a host with these devices answers: the links and attributes of /sys/dev/block as they were captured. */
export function deviceFiles(devices: readonly Device[]): HostFiles {
  const attributes = new Map<string, string>();
  const links = new Map<string, string>();
  for (const { number, name, sizeBytes, mapperUuid, more = {} } of devices) {
    links.set(`/sys/dev/block/${number}`, `../../devices/virtual/block/${name}`);
    attributes.set(`/sys/dev/block/${number}/size`, `${sizeBytes / 512}\n`);
    if (mapperUuid !== undefined) attributes.set(`/sys/dev/block/${number}/dm/uuid`, `${mapperUuid}\n`);
    for (const [path, text] of Object.entries(more)) attributes.set(path, text);
  }
  const status = async (path: string): Promise<FileStatus | null> => {
    const device = devices.find((known) => known.path === path);
    return device === undefined ? null : { ...BLOCK, deviceNumber: device.number };
  };
  return {
    readText: async (path) => attributes.get(path) ?? null,
    readHead: async () => new Uint8Array(4096),
    readAt: async () => null,
    listUpTo: async () => null,
    list: async () => [],
    readLink: async (path) => links.get(path) ?? null,
    status,
    statuses: (paths) => Promise.all(paths.map(status)),
    space: async () => null,
    silentPlace: () => null,
    kernel: NO_PROCESSES,
  };
}

/** Of a host without processes. */
export const NO_PROCESSES: KernelFiles = { text: () => null, link: () => null, names: () => null };

export interface Device {
  readonly path: string;
  readonly number: string;
  readonly name: string;
  readonly sizeBytes: number;
  readonly mapperUuid?: string;
  readonly more?: Readonly<Record<string, string>>;
}

const BLOCK: FileStatus = {
  allocationBytes: 0,
  physicalBytes: 0,
  device: 5,
  inode: 1,
  isBlockDevice: true,
  isFile: false,
  isRootsAlone: false,
  deviceNumber: null,
};
