import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromGuestCodec, fromHostCodec, type Hello, SUBPROTOCOL, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { StatusView } from '../../../collector/src/model/status.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';

// A real collector whose host is a PID namespace of its own, with programs in it that are hostile or hang. Nearly all of
// the time is the collector's patience with them, so the cases wait side by side. Needs root.

const SECRET = 'root:$6$b7Zr1Qx0';
const UUID = '11111111-2222-4333-8444-555555555555';
const NOBODY = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups'].join(' ');

/** A folder with a program of QEMU's name, images, and files that are none; at the end its programs end. */
interface Scene extends AsyncDisposable {
  readonly folder: string;
  readonly at: (name: string) => string;
  /** A line of the shell that starts it, with a file open as QEMU has its image. */
  readonly qemu: (words: string, how?: { as?: string; open?: string }) => string;
  /** A collector that sees these processes, and none of the machine's. */
  startAmong(
    lines: readonly string[],
    options?: { env?: NodeJS.ProcessEnv; args?: readonly string[] },
  ): Promise<CollectorUnderTest>;
  /** What an agent that nobody knows is called, once it is welcomed. */
  greet(collector: CollectorUnderTest): Promise<string>;
  undo(step: () => unknown): void;
}

function createScene(): Scene {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-local-'));
  const at = (name: string) => join(folder, name);
  const stack = new AsyncDisposableStack();
  const undo = (step: () => unknown) => stack.defer(async () => void (await step()));
  undo(() => rmSync(folder, { recursive: true }));
  chmodSync(folder, 0o755);
  // A program of this name that does nothing, whatever its words are.
  copyFileSync('/bin/sh', at('qemu-system-x86_64'));
  writeFileSync(at('secret'), `${SECRET}\n`.repeat(100), { mode: 0o600 });
  execFileSync('mkfifo', ['-m', '644', at('fifo')]);
  execFileSync('truncate', ['-s', '1G', at('a.raw')]);
  return {
    folder,
    at,
    undo,
    qemu: (words, { as = '', open = 'a.raw' } = {}) =>
      `${as} ${at('qemu-system-x86_64')} -c 'sleep 1000; :' ${words} 9<>${at(open)} &`,
    async startAmong(lines, { env = {}, args = [] } = {}) {
      writeFileSync(at('start'), `#!/bin/sh\n${lines.join('\n')}\nexec "$@"\n`, { mode: 0o755 });
      const through = ['unshare', '--pid', '--fork', '--kill-child', '--mount', '--mount-proc', at('start')];
      const collector = await startCollectorProgram({ directory: folder, through, env, args });
      undo(() => collector.program.kill());
      return collector;
    },
    async greet({ agentPort }) {
      const socket = new WebSocket(`ws://127.0.0.1:${agentPort}/agent`, SUBPROTOCOL);
      undo(() => socket.terminate());
      await once(socket, 'open');
      const guest = { hostname: 'innocent', productUuid: randomUUID(), machineId: null, bootId: null };
      const hello: Hello = { type: 'hello', ...UNPROVEN, versions: SUPPORTED, agentVersion: '0.0.0-test', guest };
      socket.send(fromGuestCodec.encode(hello));
      const [frame] = await once(socket, 'message');
      const decoded = fromHostCodec.decode(frame);
      if (decoded.kind !== 'message' || decoded.message.type !== 'welcome') throw new Error(JSON.stringify(decoded));
      return decoded.message.guest;
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

const imagesOf = ({ images }: StatusView, wanted: string) => images.filter(({ guest }) => guest === wanted);

/** Each of them in turn, and all of them again: what once hung had to be asked several times. */
async function askAll({ socketPath }: CollectorUnderTest): Promise<StatusView> {
  for (let round = 0; round < 3; round += 1)
    for (const path of ['/v1/guests', '/v1/doctor', '/v1/status'])
      expect((await askApi({ socketPath, path })).status).toBe(200);
  return (await askApi({ socketPath, path: '/v1/status?now=true' })).body as StatusView;
}

describe.concurrent('a user of this host', () => {
  it('stops nothing with a pipe as an image, is no guest, and changes nothing about one', async () => {
    await using scene = createScene();
    const { at, qemu } = scene;
    const collector = await scene.startAmong([
      qemu(`-name web -uuid ${UUID} -drive file=${at('a.raw')},format=raw,if=virtio`),
      qemu(`-name web -uuid ${UUID} -drive file=${at('fifo')},format=qcow2,if=virtio`, { as: NOBODY, open: 'fifo' }),
      qemu(`-name x -readconfig ${at('fifo')} -qmp unix:${at('fifo')},server=on`, { as: NOBODY, open: 'fifo' }),
      qemu(`-name y -drive file=${at('secret')},format=vdi,if=virtio`, { as: NOBODY, open: 'fifo' }),
    ]);
    const status = await askAll(collector);
    expect(await scene.greet(collector)).toBe('innocent');
    const known = (await collector.guests()).guests.map(({ name }) => name).filter((name) => name !== 'this host');
    expect(known.toSorted()).toEqual(['innocent', 'web']);
    expect(imagesOf(status, 'web')).toMatchObject([{ path: at('a.raw'), capacityBytes: 1024 ** 3 }]);
    expect(status.findings.filter(({ subject }) => subject.includes('ignored'))).toMatchObject([
      { subject: '3 processes are ignored', sentence: expect.stringContaining('run by nobody') },
    ]);
  });

  it('whose word is taken stops nothing either, and has no byte of a file printed', async () => {
    await using scene = createScene();
    const { at, folder, qemu } = scene;
    const listed = {
      name: 'listed',
      disk: ['/dev/zero', at('fifo'), folder].map((image) => ({ image, format: 'qcow2' })),
    };
    const collector = await scene.startAmong(
      [
        qemu(`-name web -drive file=${at('secret')},format=vdi,if=virtio`, { open: 'secret' }),
        qemu(`-name fifo -readconfig ${at('fifo')} -qmp unix:${at('fifo')},server=on`),
        qemu(`-name secret -readconfig ${at('secret')} -device '{"${SECRET}'`),
      ],
      { args: ['--guest', JSON.stringify([listed])] },
    );
    const status = await askAll(collector);
    const sentences = status.findings.map(({ sentence }) => sentence).join('\n');
    expect(sentences.match(/neither a regular file nor a block device/g)).toHaveLength(3);
    expect(sentences).toContain(`-readconfig ${at('fifo')}, which cannot be read`);
    expect(sentences).toContain('qemu-img finds no vdi image there');
    const hex = Buffer.from(SECRET.slice(0, 8), 'latin1').reverse().toString('hex');
    for (const word of [SECRET.slice(0, 6), hex]) expect(JSON.stringify(status)).not.toContain(word);
    expect(await scene.greet(collector)).toBe('innocent');
  });
});

describe.concurrent('a filesystem that does not answer', () => {
  /** FUSE, of which nobody reads the questions: they wait in the kernel, as for a server of NFS that is gone. */
  const hang = ({ mount, end }: { mount: string; end: string }) =>
    [
      `(exec 3<>/dev/fuse; mount -i -t fuse -o fd=3,rootmode=40000,user_id=0,group_id=0 hung ${mount}; until [ -e ${end} ]; do sleep 0.2; done) &`,
      `until grep -q ' ${mount} fuse ' /proc/self/mounts; do sleep 0.1; done`,
    ].join('\n');

  it('loses only itself, and is told of', async () => {
    await using scene = createScene();
    const { at, qemu } = scene;
    mkdirSync(at('hung'));
    const disk = Array.from({ length: 20 }, (_, index) => ({ image: at(`hung/${index}.qcow2`), format: 'qcow2' }));
    const collector = await scene.startAmong(
      [
        qemu(`-name web -uuid ${UUID} -drive file=${at('a.raw')},format=raw,if=virtio`),
        qemu(`-name there -readconfig ${at('hung/x')} -qmp unix:${at('hung/qmp')},server=on`),
        hang({ mount: at('hung'), end: at('end') }),
      ],
      { args: ['--guest', JSON.stringify([{ name: 'listed', disk }])] },
    );
    // Before the collector: one that waits behind the question of another collector cannot end until that is answered.
    scene.undo(() => writeFileSync(at('end'), ''));
    const status = await askAll(collector);
    expect(await scene.greet(collector)).toBe('innocent');
    expect(imagesOf(status, 'web')).toMatchObject([{ path: at('a.raw'), capacityBytes: 1024 ** 3 }]);
    const told = new Set(status.findings.map(({ subject, sentence }) => `${subject}: ${sentence}`));
    expect([...told].filter((one) => one.startsWith(at('hung')))).toEqual([
      expect.stringContaining('nothing there answers'),
    ]);
  });
});

describe.concurrent('a monitor that', () => {
  const BIG = Buffer.alloc(1024 * 1024, 'a');
  const EVENTS = Buffer.from('{"event":"X","data":{}}\n'.repeat(2_000));

  /** Writes as fast as it is read, until the other side has enough. */
  function flood(socket: Socket, what: Buffer): void {
    const go = () => {
      while (!socket.destroyed && socket.write(what));
    };
    socket.on('drain', () => setImmediate(go));
    go();
  }

  it.each<[string, (socket: Socket) => void]>([
    ['says nothing', () => {}],
    ['greets and says nothing', (socket) => socket.write('{"QMP":{}}\n')],
    ['is noise', (socket) => flood(socket, BIG)],
    ['tells of events without end', (socket) => void (socket.write('{"QMP":{}}\n') && flood(socket, EVENTS))],
  ])('%s stops nothing', async (_, serve) => {
    await using scene = createScene();
    const { at, qemu } = scene;
    const server = createServer((socket) => {
      socket.on('error', () => {});
      serve(socket);
    }).listen(at('qmp'));
    await once(server, 'listening');
    scene.undo(() => server.close());
    const collector = await scene.startAmong([
      qemu(`-name web -drive file=${at('a.raw')},format=raw,if=virtio -qmp unix:${at('qmp')},server=on,wait=off`),
    ]);
    const status = await askAll(collector);
    expect(imagesOf(status, 'web')).toMatchObject([{ path: at('a.raw'), capacityBytes: 1024 ** 3 }]);
  });
});

describe.concurrent('a virsh that', () => {
  const ANSWER = 'while read -r line; do case "$line" in echo*) eval "$line";; esac; done';

  it.each([
    ['never answers', 'sleep 1000', 'given no answer for'],
    ['answers and does not end', `trap "" TERM; ${ANSWER}; sleep 1000`, null],
    ['floods', 'exec yes aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa', 'given no answer for'],
  ])('%s keeps nobody waiting', async (_, body, finding) => {
    await using scene = createScene();
    const { at, folder, qemu } = scene;
    writeFileSync(at('virsh'), `#!/bin/bash\n${body}\n`, { mode: 0o755 });
    const lines = [qemu(`-name web -drive file=${at('a.raw')},format=raw,if=virtio`)];
    const collector = await scene.startAmong(lines, { env: { PATH: `${folder}:${process.env.PATH}` } });
    const beganMs = performance.now();
    expect(await scene.greet(collector)).toBe('innocent');
    const status = await askAll(collector);
    // Ten questions, of which each waited for twenty seconds.
    expect(performance.now() - beganMs).toBeLessThan(60_000);
    expect(imagesOf(status, 'web').map(({ path }) => path)).toEqual([at('a.raw')]);
    const said = status.findings.filter(({ subject }) => subject === 'libvirt').map(({ sentence }) => sentence);
    expect(said).toEqual(finding === null ? [] : [expect.stringContaining(finding)]);
  });
});
