import { chmod, chown, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLOSE_CODES } from '@trimtab/protocol';
import { formatToken } from '@trimtab/protocol/joining';
import { describe, expect, it } from 'vitest';
import { createHostKey } from '../../support/joining/host-key.ts';
import { SECRET, startProvingCollector } from '../../support/programs/proving-collector.ts';
import { openJoinRoom } from './in-join-room.ts';

describe('a token', () => {
  const whole = formatToken({ addresses: ['127.0.0.1:1'], pin: createHostKey().pin, secret: SECRET });

  it.each([
    ['nothing', '', 'it is missing'],
    ['something else', 'hello', 'it is no token'],
    ['a newer one', whole.replace('tt1', 'tt2'), 'a newer kind'],
    ['one that is cut', whole.slice(0, -3), 'its end is missing'],
    [
      'one with a slip',
      whole.replace(/.(?=.{12}$)/, (letter) => (letter === 'x' ? 'y' : 'x')),
      'its checksum is another',
    ],
    [
      'one without an address',
      formatToken({ addresses: ['-'], pin: createHostKey().pin, secret: SECRET }),
      'no address',
    ],
  ])('is told apart from %s, and not repeated', async (_what, text, sentence) => {
    await using room = await openJoinRoom();
    const { code, stderr, stdout } = await room.join(text === '' ? [] : [text]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`cannot join: TOKEN: `);
    expect(stderr).toContain(sentence);
    if (text.length > 20) expect(stderr).not.toContain(SECRET.slice(0, 10));
    expect(await room.joined()).toBeNull();
  });
});

describe('what was joined', () => {
  it('is shown without its secrets, and as JSON', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    expect((await room.join(['--show'])).stdout).toContain('has joined no collector');
    await room.join([host.token()]);
    const { collectors = [] } = (await room.joined()) ?? {};
    const { seed } = collectors[0] as { seed: string };
    const [proof] = host.proofs;
    const text = await room.join(['--show']);
    expect(text.stdout).toContain(`${host.address}  as web-1, joined 20`);
    expect(text.stdout).toContain(`key of this guest  ${proof?.hello.key}`);
    const json = await room.join(['--show', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({
      collectors: [{ name: 'web-1', addresses: [host.address], pins: [host.key.pin], key: proof?.hello.key }],
    });
    expect(text.stdout + json.stdout).not.toContain(seed);
  });

  it('is shown with the port to the host, over which nothing is to be joined', async () => {
    await using room = await openJoinRoom();
    const root = join(room.folder, 'root');
    const ports = join(root, 'sys/class/virtio-ports');
    for (const [device, name] of [
      ['vport1p1', 'org.qemu.guest_agent.0'],
      ['vport2p1', 'org.trimtab.agent.0'],
    ] as const) {
      await mkdir(join(ports, device), { recursive: true });
      await writeFile(join(ports, device, 'name'), `${name}\n`);
    }
    const { stdout } = await room.join(['--show', '--root', root]);
    expect(stdout).toMatch(/^vport2p1 {2}the virtio-serial port to the host/);
    expect(stdout).not.toContain('has joined no collector');
    const json = await room.join(['--show', '--json', '--root', root]);
    expect(JSON.parse(json.stdout)).toEqual({ channel: 'vport2p1', collectors: [] });
  });

  it('is added to by another token, and replaced by one of the same collector with --again', async () => {
    await using room = await openJoinRoom();
    await using first = await startProvingCollector();
    await using second = await startProvingCollector();
    await room.join([first.token()]);
    await room.join([second.token()]);
    const pins = async () => (await room.joined())?.collectors.map((each) => (each as { pins: string[] }).pins[0]);
    expect(await pins()).toEqual([first.key.pin, second.key.pin]);
    const { code } = await room.join([first.token(), '--again']);
    expect([code, await pins()]).toEqual([0, [second.key.pin, first.key.pin]]);
    // Each has a key of its own, and so has who joins again.
    expect(new Set([...first.proofs, ...second.proofs].map(({ hello }) => hello.key)).size).toBe(3);
  });

  it('is replaced with --again where the collector at its address has lost its keys', async () => {
    await using room = await openJoinRoom();
    await using other = await startProvingCollector();
    const before = await startProvingCollector();
    await room.join([other.token()]);
    await room.join([before.token()]);
    await before[Symbol.asyncDispose]();
    await using anew = await startProvingCollector({ port: before.port });
    expect((await room.join([anew.token(), '--again'])).code).toBe(0);
    expect(await room.joined()).toMatchObject({ collectors: [{ pins: [other.key.pin] }, { pins: [anew.key.pin] }] });
  });

  it('holds all that a host says in one breath', async () => {
    const key = createHostKey();
    const pins = [createHostKey().pin, key.pin];
    const doors = { type: 'collector', pins, addresses: ['192.0.2.7:7461'] } as const;
    await using host = await startProvingCollector({ key, doors: { ...doors, addresses: [...doors.addresses] } });
    for (let times = 0; times < 3; times++) {
      await using room = await openJoinRoom();
      expect(await room.join([host.token()])).toMatchObject({ code: 0, stderr: '' });
      const addresses = [...doors.addresses, host.address];
      expect(await room.joined()).toMatchObject({ collectors: [{ name: 'web-1', pins, addresses }] });
    }
  });

  it.each<[string, (file: string) => Promise<void>, string]>([
    ['others may write', (file) => chmod(file, 0o666), 'others may write it'],
    ['belongs to another user', (file) => chown(file, 12_345, 0), 'it belongs to another user (12345)'],
  ])('is not believed where its file %s, and is made anew by join --again', async (_what, expose, cause) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    await room.join([host.token()]);
    await expose(join(room.stateDirectory, 'joined.json'));
    for (const { code, stderr } of [await room.run().ended, await room.join([host.token()])]) {
      expect(code).not.toBe(0);
      expect(stderr).toMatch(/cannot read what this guest has joined: .*joined\.json/);
      expect(stderr).toContain(cause);
      expect(stderr).toContain('chown root');
    }
    expect(host.proofs).toHaveLength(1);
    expect(await room.join([host.token(), '--again'])).toMatchObject({ code: 0 });
    expect(await room.mode()).toBe(0o600);
  });

  it('is the same after the token was pasted twice', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    await room.join([host.token()]);
    const before = await room.joined();
    const { code, stdout } = await room.join([host.token()]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(/^had joined .* as web-1 already; the token was not used/),
    ]);
    expect(await room.joined()).toEqual(before);
    expect(host.proofs.map(({ credential }) => credential.join !== null)).toEqual([true, false]);
    expect(new Set(host.proofs.map(({ hello }) => hello.key)).size).toBe(1);
  });

  it('is joined by another token where the host has forgotten its key', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({
      decide: ({ credential }) => (credential.join === null ? { code: CLOSE_CODES.unknownKey } : { name: 'web-1' }),
    });
    await room.join([host.token()]);
    const { code, stdout } = await room.join([host.token(), '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ hadJoined: false, name: 'web-1' })]);
    expect(host.proofs.map(({ credential }) => credential.join !== null)).toEqual([true, false, true]);
  });

  it('is not said to be joined where the agent that runs is let in no more', async () => {
    let isRevoked = false;
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({
      decide: () => (isRevoked ? { code: CLOSE_CODES.revoked } : { name: 'web-1' }),
    });
    await room.join([host.token()]);
    isRevoked = true;
    const agent = room.run();
    await expect.poll(() => agent.said(), { timeout: 20_000 }).toContain('4403');
    const { code, stderr } = await room.join([host.token()]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('the host has revoked the key of this guest')]);
  });

  it('is left to the agent that runs when a token of the same collector comes', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    await room.join([host.token()]);
    room.run();
    await host.take('inventory');
    const { code, stdout } = await room.join([host.token(), '--json']);
    expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ hadJoined: true, isRunning: true })]);
    expect(host.proofs).toHaveLength(2);
  });

  it('stays when joining another fails', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    await room.join([host.token()]);
    const before = await room.joined();
    await using other = await startProvingCollector({ decide: () => ({ code: CLOSE_CODES.tokenUsed }) });
    for (const more of [[], ['--again']]) {
      expect((await room.join([other.token(), ...more])).code).toBe(3);
      expect(await room.joined()).toEqual(before);
    }
  });

  it('is told of when its file is broken, and mended by --again', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    await room.join([host.token()]);
    await writeFile(join(room.stateDirectory, 'joined.json'), '{"version":1,"collectors":[{}]}');
    for (const ended of [room.join([host.token()]), room.join(['--show']), room.run().ended]) {
      const { code, stderr } = await ended;
      expect([code, stderr]).toEqual([1, expect.stringContaining('joined.json: it is not as this agent wrote it')]);
      expect(stderr).toContain('join --again TOKEN');
    }
    expect((await room.join([host.token(), '--again'])).code).toBe(0);
    expect(await room.joined()).toMatchObject({ collectors: [{ name: 'web-1' }] });
  });
});

it.for([
  ['full', 'mount -t tmpfs -o size=4k none "$0" && head -c 4096 /dev/zero >"$0/all"', 'Make room'],
  ['without room for one more file', 'mount -t tmpfs -o nr_inodes=1 none "$0"', 'Make room'],
  ['read-only', 'mount -t tmpfs -o ro none "$0"', 'Its filesystem is read-only'],
] as const)(
  'where the state directory is %s, nothing is joined and nobody is shown the token',
  async ([, mount, hint]) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    const within = ['unshare', '--mount', 'sh', '-c', `mkdir -p "$0"; ${mount}; exec "$@"`, room.stateDirectory];
    const { code, stderr } = await room.join([host.token()], { within });
    expect(code).toBe(1);
    expect(stderr.match(/trimtab-agent: cannot write: /g)).toHaveLength(1);
    expect(stderr).toContain(hint);
    expect([host.requests, host.heard]).toEqual([[], []]);
  },
);
