import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { toChannelParts } from '../../../collector/src/cli/views/trust/channel-port.ts';
import { WAY_OF } from '../../../collector/src/cli/views/trust/ways-to-join.ts';
import { TOKEN } from '../api/enrolment-examples.ts';

const run = promisify(execFile);

it('libvirt takes the XML as it is printed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-join-'));
  const [sysinfo, smbios] = WAY_OF['libvirt-xml']({ token: TOKEN, guest: 'web-1' }).parts;
  const [channel] = toChannelParts('web-1');
  const domain = `<domain type='test'>
    <name>web-1</name><memory>65536</memory>
    <os><type>hvm</type>${smbios?.lines.join('\n')}</os>
    ${sysinfo?.lines.join('\n')}
    <devices>${channel?.lines.join('\n')}</devices>
  </domain>`;
  const path = join(folder, 'domain.xml');
  await writeFile(path, domain);
  // libvirt's own driver for tests runs in this process, and holds the XML to libvirt's schema.
  const define = () => run('virsh', ['--connect', 'test:///default', 'define', '--validate', path]);
  expect((await define()).stdout).toMatch(/defined from/);
  await writeFile(path, domain.replaceAll('oemStrings>', 'oemString>'));
  await expect(define()).rejects.toThrow(/failed to validate|oemString/i);
  await rm(folder, { recursive: true });
});

it('QEMU takes the words as they are printed', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-join-'));
  const [value, file] = WAY_OF.smbios({ token: TOKEN, guest: null }).parts;
  const [making, path = ''] = [file?.lines.slice(0, -1).join('\n') ?? '', file?.lines.at(-1)];
  await run('sh', ['-c', making], { cwd: folder });
  const port = toChannelParts('web-1').at(-1)?.lines.join(' ').replaceAll('\\', '').replace('/run/', `${folder}/`);
  for (const words of [value?.lines[0] ?? '', path, port ?? '']) {
    const args = ['-machine', 'q35,accel=tcg', '-nodefaults', '-display', 'none', '-S', '-monitor', 'stdio'];
    // It starts, and its monitor ends it.
    const asked = `echo quit | qemu-system-x86_64 ${args.join(' ')} ${words}`;
    expect(await run('sh', ['-c', asked], { cwd: folder }), words).toMatchObject({ stderr: '' });
  }
  await rm(folder, { recursive: true });
});
