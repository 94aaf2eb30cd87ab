import { describe, expect, it } from 'vitest';
import { ENROLLED, TOKEN } from '../api/enrolment-examples.ts';
import { longLines, runInProcess } from './run-in-process.ts';

const HOUR = 3_600_000;
const ASKED = { what: 'enroll', askedBy: undefined };

describe('trimtab enroll', () => {
  it('prints the token once more than once: by itself, and in the line for the guest', async () => {
    const { exitCode, out, err, said } = await runInProcess(['enroll', 'web-1']);
    expect({ exitCode, err, said }).toEqual({
      exitCode: 0,
      err: '',
      said: [{ ...ASKED, guest: 'web-1', ttlMs: HOUR, uses: 1 }],
    });
    expect(out).toBe(`A token (3f2a91c0) for web-1, until 2026-11-27 18:00 +01:00:

  ${TOKEN}

In the guest, as root:

  trimtab-agent join ${TOKEN}

The guest will look for this collector at 192.0.2.1:7461, [2001:db8::1]:7461,
host.example:7461.
Next: trimtab guests, which shows who has joined. To take the token back:
trimtab enroll --withdraw 3f2a91c0
`);
  });

  it.each([
    [['--ttl', '30m', '--uses', '20'], { guest: null, ttlMs: HOUR / 2, uses: 20 }],
    [['web-1', '--ttl', '2w'], { guest: 'web-1', ttlMs: 14 * 24 * HOUR, uses: 1 }],
  ])('%j asks so', async (args, asked) => {
    expect((await runInProcess(['enroll', ...args])).said).toEqual([{ ...ASKED, ...asked }]);
  });

  it.each([
    [['web-1', '--uses', '2'], /a token for web-1 lets in one/],
    [['--uses', '0'], /from 1 to 10000/],
    [['--ttl', '5'], /such as 30m, 2h or 3d/],
    [['--ttl', '400d'], /365d/],
    [['--as', 'floppy'], /libvirt-xml, smbios, cloud-init, proxmox/],
    [['web-1', '--list'], /no guest to name/],
    [['--list', '--channel'], /one at a time/],
    [['--channel', '--as', 'smbios'], /--as is of a new token/],
  ])('%j is wrong usage, and asks nothing', async (args, reason) => {
    const { exitCode, err, said } = await runInProcess(['enroll', ...args]);
    expect({ exitCode, said }).toEqual({ exitCode: 2, said: [] });
    expect(err.replaceAll(/\s+/g, ' ')).toMatch(reason);
  });

  it('--json prints the document', async () => {
    const { out } = await runInProcess(['enroll', 'web-1', '--json']);
    expect(JSON.parse(out)).toMatchObject({ id: '3f2a91c0', token: TOKEN, command: `trimtab-agent join ${TOKEN}` });
  });

  it('what is to be known before the token is carried is said on stderr, and is in the document', async () => {
    const finding = { subject: 'the token', sentence: 'no guest finds it', hint: 'Give it another address.' };
    const enroll = async () => ({ ...ENROLLED, findings: [finding] });
    const told = await runInProcess(['enroll', 'web-1'], { enroll });
    expect(told.err).toBe('the token: no guest finds it. Give it another address.\n');
    expect(told.out).not.toContain('no guest finds it');
    const document = await runInProcess(['enroll', 'web-1', '--json'], { enroll });
    expect({ err: document.err, findings: JSON.parse(document.out).findings }).toEqual({
      err: '',
      findings: [finding],
    });
  });

  it('--list shows those that let in, without what they say', async () => {
    const { out } = await runInProcess(['enroll', '--list']);
    expect(out).toBe(`TOKEN     GUEST  USED     UNTIL (+01:00)    MADE BY
3f2a91c0  web-1  0 of 1   2026-11-27 18:00  socket
00c0ffee  any    3 of 20  2026-11-27 18:00  ci
`);
  });

  it('--withdraw takes one back', async () => {
    const { out, said } = await runInProcess(['enroll', '--withdraw', '3f2a91c0']);
    expect(said).toEqual([{ what: 'withdraw', id: '3f2a91c0', askedBy: undefined }]);
    expect(out).toMatch(/lets nobody in any more/);
    expect((await runInProcess(['enroll', '--withdraw', 'nobody'])).exitCode).toBe(1);
  });
});

const CREDENTIAL = `io.systemd.credential:trimtab.join=${TOKEN}`;

/** As it is to be pasted. */
const EXPECTED = {
  'libvirt-xml': [
    `  <sysinfo type='smbios'>
    <oemStrings><entry>${CREDENTIAL}</entry></oemStrings>
  </sysinfo>
`,
    "  <smbios mode='sysinfo'/>\n",
  ],
  smbios: [
    `  -smbios type=11,value=${CREDENTIAL}\n`,
    `  (umask 077; printf '%s' \\
    '${CREDENTIAL}' \\
    >join-token)
  -smbios type=11,path=join-token
`,
  ],
  'cloud-init': [
    `  #cloud-config
  write_files:
    - path: /etc/trimtab/join-token
      permissions: '0600'
      owner: root:root
      content: ${TOKEN}
`,
  ],
  proxmox: [
    `  qm set VMID --args '-smbios type=11,value=${CREDENTIAL}'\n`,
    '  qm set VMID --cicustom vendor=local:snippets/trimtab-join.yaml\n',
  ],
};

describe('trimtab enroll --as', () => {
  it.each(Object.entries(EXPECTED))(
    '%s prints what is pasted, who sees it, and why that does no harm',
    async (as, parts) => {
      const { exitCode, out } = await runInProcess(['enroll', 'web-1', '--as', as]);
      expect(exitCode).toBe(0);
      for (const part of parts) expect(out).toContain(part);
      const prose = out.replaceAll(/\s+/g, ' ');
      if (as !== 'cloud-init') expect(prose).toContain('shows in the host’s process list');
      expect(prose).toContain('the token lets in one guest, once');
      expect(prose).toContain('takes the token at its next start');
      expect(longLines(out)).toEqual([]);
      // The agent that starts takes the token: who comes second finds none.
      expect(out).not.toMatch(/trimtab-agent,? join/);
    },
  );

  it('of a token for many it does not say that it does no harm', async () => {
    const { out } = await runInProcess(['enroll', '--uses', '20', '--as', 'cloud-init']);
    const prose = out.replaceAll(/\s+/g, ' ');
    expect(prose).toContain('It lets in 20 guests until its time is over');
    expect(prose).not.toContain('harmless');
  });
});

describe('trimtab enroll --channel', () => {
  it('prints what adds the port, and asks no collector', async () => {
    const { exitCode, out, said } = await runInProcess(['enroll', "web's", '--channel']);
    expect({ exitCode, said }).toEqual({ exitCode: 0, said: [] });
    expect(out).toContain(`  <channel type='unix'>
    <source mode='bind'/>
    <target type='virtio' name='org.trimtab.agent.0'/>
  </channel>
`);
    expect(out).toContain("  virsh attach-device 'web'\\''s' trimtab-channel.xml --live --config\n");
    expect(out).toContain(`  -device virtio-serial-pci \\
  -chardev socket,id=trimtab,path=/run/trimtab-web_s.sock,server=on,wait=off \\
  -device virtserialport,chardev=trimtab,name=org.trimtab.agent.0
`);
    expect(longLines(out)).toEqual([]);
  });
});
