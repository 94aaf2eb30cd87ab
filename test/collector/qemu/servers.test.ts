import { describe, expect, it } from 'vitest';
import { toSocketPlace } from '../../../collector/src/model/network-image.ts';
import { readQemuNbd } from '../../../collector/src/qemu/servers/qemu-nbd.ts';
import { readStorageDaemon } from '../../../collector/src/qemu/servers/storage-daemon.ts';
import { parseListeningSockets } from '../../../collector/src/qemu/servers/unix-sockets.ts';

const nbd = (...argv: string[]) => readQemuNbd(['/usr/bin/qemu-nbd', ...argv]);

describe('what qemu-nbd serves', () => {
  it.each([
    ['by long options', ['--socket=/n', '--format', 'raw', '--discard=unmap', '/a.img']],
    ['by short ones, in any order', ['/a.img', '-k', '/n', '-t', '-f', 'raw', '--discard', 'on']],
    ['by short ones together', ['-tvk/n', '-fraw', '--discard=unmap', '--', '/a.img']],
    [
      'by image options',
      ['-k', '/n', '--discard=unmap', '--image-opts', 'driver=raw,file.driver=file,file.filename=/a.img'],
    ],
  ])('%s', (_, argv) => {
    const nodes = [
      { role: 'format', discard: 'unmap' },
      { role: 'file', discard: 'unmap' },
    ];
    expect(nbd(...argv)).toMatchObject({ kind: 'image', filename: '/a.img', storage: 'file', format: 'raw', nodes });
  });

  it('ignores discards without --discard, its default', () => {
    expect(nbd('-k', '/n', '/a.qcow2')).toMatchObject({ format: null, nodes: [{ discard: 'ignore' }, {}] });
    expect(nbd('-k', '/n', '--discard=ignore', '/a.qcow2')).toMatchObject({ nodes: [{ discard: 'ignore' }, {}] });
  });

  it('is no image with --snapshot, and nothing where the command line names none', () => {
    expect(nbd('-s', '-k', '/n', '/a.img')).toMatchObject({ kind: 'obstacle' });
    expect(nbd('--list', '-k', '/n')).toBeNull();
    expect(nbd('/a.img', '/b.img')).toBeNull();
  });
});

const DAEMON = [
  'qemu-storage-daemon',
  ...['--blockdev', 'driver=file,node-name=f,filename=/a.img,discard=unmap'],
  ...['--blockdev', '{"driver":"raw","node-name":"r","file":"f"}'],
  ...['--nbd-server', 'addr.type=unix,addr.path=/n'],
  ...['--export', 'type=nbd,id=e,node-name=r,name=disk,writable=on'],
  ...['--export=type=vhost-user-blk,id=v,node-name=f,addr.type=unix,addr.path=/v'],
];

describe('what qemu-storage-daemon serves', () => {
  it('by the name of the export', () => {
    expect(readStorageDaemon(DAEMON, { socket: '/n', exportName: 'disk' })).toMatchObject({
      filename: '/a.img',
      nodes: [
        { node: 'r', discard: 'ignore' },
        { node: 'f', discard: 'unmap' },
      ],
    });
    expect(readStorageDaemon(DAEMON, { socket: '/n', exportName: 'r' })).toBeNull();
    expect(readStorageDaemon(DAEMON, { socket: '/other', exportName: 'disk' })).toBeNull();
  });

  it('by the socket of vhost-user-blk', () => {
    expect(readStorageDaemon(DAEMON, { socket: '/v', exportName: null })).toMatchObject({
      filename: '/a.img',
      nodes: [{ node: 'f', discard: 'unmap' }],
    });
    expect(readStorageDaemon(DAEMON, { socket: '/n', exportName: null })).toBeNull();
  });
});

it('of the sockets in /proc/net/unix, those that somebody listens on are found by their path', () => {
  const text = [
    'Num       RefCount Protocol Flags    Type St Inode Path',
    '0000000000000000: 00000002 00000000 00010000 0001 01 66001 /run/nbd 1.sock',
    '0000000000000000: 00000003 00000000 00000000 0001 03 66002 /run/nbd 1.sock',
    '0000000000000000: 00000002 00000000 00010000 0001 01 66003 @/abstract',
    '0000000000000000: 00000003 00000000 00000000 0001 03 66004',
    '',
  ].join('\n');
  expect([...parseListeningSockets(text)]).toEqual([['/run/nbd 1.sock', '66001']]);
});

it.each([
  ['nbd:unix:/run/n.sock', { socket: '/run/n.sock', exportName: '' }],
  ['nbd:unix:/run/n.sock:exportname=a:b', { socket: '/run/n.sock', exportName: 'a:b' }],
  ['vhostuser:/run/v.sock', { socket: '/run/v.sock', exportName: null }],
  ['nbd:192.0.2.9/e', null],
  ['/run/n.sock', null],
])('the socket of %s', (image, place) => expect(toSocketPlace(image)).toEqual(place));
