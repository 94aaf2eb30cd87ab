import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readXml } from '../host/read-xml.ts';
import { runTrimtab } from './run-trimtab.ts';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/explain/${name}`, import.meta.url));
const BIN = fileURLToPath(new URL('../../../collector/bin/trimtab.mjs', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-explain-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('trimtab explain', () => {
  it('tells of several files, one after the other', async () => {
    const { exitCode, stdout, stderr } = await runTrimtab([
      'explain',
      fixture('luks-on-raw.xml'),
      fixture('pseries.argv'),
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    // Where its lines break, the length of the path decides.
    expect(stdout.replaceAll(fixture(''), '').replaceAll(/\s+/g, ' ')).toBe(
      [
        'luks-on-raw.xml: domain XML of libvirt, guest web (0a0c30e7-5dd9-49f3-b450-d0cb67f764dd)',
        'vda /l.img format luks; discard: format unmap, file unmap; serial crypt1',
        'pseries.argv: command line of QEMU, guest web',
        'scsi0-hd0 /a.img format raw; discard: format ignore, file unmap ',
      ].join(' '),
    );
  });

  it('says who leaves a disk out that it lists', async () => {
    const path = join(folder, 'lun.xml');
    const disk =
      "<disk type='block' device='lun'><source dev='/dev/sdx'/><target dev='sda' bus='scsi'/><driver type='raw'/></disk>";
    await writeFile(
      path,
      `<domain type='qemu'><name>web</name><uuid>0a0c30e7-5dd9-49f3-b450-d0cb67f764dd</uuid><devices>${disk}</devices></domain>`,
    );
    const { stdout } = await runTrimtab(['explain', path]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain(' passed through: the collector leaves it out ');
  });

  it('prints an array with --json, also of one file', async () => {
    const { exitCode, stdout } = await runTrimtab(['explain', '--json', fixture('wwn-with-0x.xml')]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { kind: 'libvirt-xml', name: 'web', disks: [{ name: 'sdb', wwn: '0x5000c50015ea71ad' }], findings: [] },
    ]);
  });

  it('reads the storages of Proxmox VE, and what comes in', () => {
    const conf = 'name: db\nscsi0: thin:vm-100-disk-0,discard=on\n';
    const storage = join(folder, 'storage.cfg');
    execFileSync('tee', [storage], { input: 'lvmthin: thin\n\tvgname pve\n', stdio: ['pipe', 'ignore', 'inherit'] });
    const { status, stdout } = spawnSync(process.execPath, [BIN, 'explain', '--json', '--storage', storage, '-'], {
      input: conf,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([
      { kind: 'proxmox-conf', name: 'db', disks: [{ name: 'scsi0', image: '/dev/pve/vm-100-disk-0' }], findings: [] },
    ]);
  });

  it('reads the command line of a process where it lies, if that is a QEMU', async () => {
    const words = ['-c', 'sleep 60; :', '-name', 'web', '-hda', '/a.img'];
    const child = spawn('/bin/sh', words, { argv0: 'qemu-system-x86_64', stdio: 'ignore' });
    try {
      const { exitCode, stdout } = await runTrimtab(['explain', '--json', `/proc/${child.pid}/cmdline`]);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toMatchObject([{ kind: 'command-line', name: 'web', disks: [{ image: '/a.img' }] }]);
    } finally {
      child.kill('SIGKILL');
    }
    const own = await runTrimtab(['explain', '--json', '/proc/self/cmdline']);
    expect(own.exitCode).toBe(1);
    expect(JSON.parse(own.stdout)).toMatchObject([{ kind: 'unknown', disks: [] }]);
  });

  it('ends with 1 where it does not understand one file, and tells of the others', async () => {
    const odd = join(folder, 'odd');
    await writeFile(odd, 'nothing of the kind\n');
    const { exitCode, stdout } = await runTrimtab(['explain', odd, fixture('pseries.argv')]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain('not understood');
    expect(stdout).toContain('scsi0-hd0');
  });

  it.each([
    ['/nowhere', 'no such file or directory'],
    ['/tmp', 'it is no regular file'],
    ['/dev/zero', 'it is no regular file'],
  ])('says nothing but the error where %s cannot be read', async (path, cause) => {
    const { exitCode, stdout, stderr } = await runTrimtab(['explain', fixture('pseries.argv'), path]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr).toContain(cause);
    expect(stderr).toContain(path);
  });

  it('does not wait for a pipe that nobody writes to', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const { exitCode, stderr } = await runTrimtab(['explain', pipe]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain('it is no regular file');
  });

  it('opens only what it was given', async () => {
    const xml = join(folder, 'web.xml');
    await writeFile(xml, readXml('shared-and-backed'));
    const trace = join(folder, 'opened');
    const run = spawnSync(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(SPY(trace))}`, BIN, 'explain', xml],
      { encoding: 'utf8' },
    );
    expect(run.stderr).toBe('');
    expect(run.status).toBe(0);
    const opened = execFileSync('cat', [trace], { encoding: 'utf8' }).trim().split('\n');
    expect(opened).toEqual([xml]);
  });

  it('takes stdin once', async () => {
    expect(await runTrimtab(['explain', '-', '-'])).toMatchObject({ exitCode: 2, stdout: '' });
    expect(await runTrimtab(['explain'])).toMatchObject({ exitCode: 2, stdout: '' });
  });
});

/** Notes every file that the program opens by itself. */
const SPY = (trace: string) => `
  import fs from 'node:fs';
  import { syncBuiltinESMExports } from 'node:module';
  const { open } = fs.promises;
  fs.promises.open = (path, ...rest) => {
    fs.appendFileSync(${JSON.stringify(trace)}, path + '\\n');
    return open(path, ...rest);
  };
  for (const name of ['stat', 'lstat', 'readFile', 'readdir', 'readlink', 'statfs'])
    fs.promises[name] = () => { throw new Error(name + ' was called'); };
  syncBuiltinESMExports();
`;
