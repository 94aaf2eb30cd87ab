import { type DomainForm, onNetwork } from './libvirt-domain.ts';
import { guest, host, pci, ports, Q35, SHARED, source, UNMAP } from './parts.ts';

export const NETWORK: readonly DomainForm[] = [
  guest('rbd with a namespace', Q35, [
    onNetwork({
      source: source("protocol='rbd' name='pool/ns/image'", host('m.example.org')),
      target: 'vda',
      image: 'rbd:pool/ns/image',
    }),
  ]),
  guest('rbd, a snapshot', Q35, [
    onNetwork(
      {
        source: source("protocol='rbd' name='pool/image'", `${host('m.example.org')}<snapshot name='s'/>`),
        target: 'vda',
        image: 'rbd:pool/image@s',
      },
      { more: '<readonly/>' },
    ),
  ]),
  guest('gluster without a port', Q35, [
    onNetwork({
      source: source("protocol='gluster' name='vol/x.raw'", host('g.example.org')),
      target: 'vda',
      image: 'gluster:g.example.org/vol/x.raw',
    }),
  ]),
  guest('gluster, two hosts', Q35, [
    onNetwork({
      source: source("protocol='gluster' name='vol/dir/x.qcow2'", host('g.example.org', 24007) + host('h.example.org')),
      target: 'vda',
      image: 'gluster:g.example.org/vol/dir/x.qcow2',
    }),
  ]),
  guest('gluster on another port', Q35, [
    onNetwork({
      source: source("protocol='gluster' name='vol/x.raw'", host('g.example.org', 24008)),
      target: 'vda',
      image: 'gluster:g.example.org:24008/vol/x.raw',
    }),
  ]),
  guest('nbd over TCP', Q35, [
    onNetwork(
      {
        source: source("protocol='nbd' name='e'", host('n.example.org', 10809)),
        target: 'vda',
        image: 'nbd:n.example.org/e',
      },
      { driver: UNMAP },
    ),
  ]),
  guest('nbd over TCP without an export', Q35, [
    onNetwork({
      source: source("protocol='nbd'", host('192.0.2.9', 10810)),
      target: 'vda',
      image: 'nbd:192.0.2.9:10810',
    }),
  ]),
  guest('nbd over IPv6', Q35, [
    onNetwork({
      source: source("protocol='nbd' name='e'", host('2001:db8::1', 10810)),
      target: 'vda',
      image: 'nbd:[2001:db8::1]:10810/e',
    }),
  ]),
  guest('nbd over a socket', Q35, [
    onNetwork({
      source: source("protocol='nbd' name='e'", "<host transport='unix' socket='/run/nbd.sock'/>"),
      target: 'vda',
      image: 'nbd:unix:/run/nbd.sock:exportname=e',
    }),
  ]),
  guest('nbd over a socket without an export', Q35, [
    onNetwork({
      source: source("protocol='nbd'", "<host transport='unix' socket='/run/nbd.sock'/>"),
      target: 'vda',
      image: 'nbd:unix:/run/nbd.sock',
    }),
  ]),
  guest('iscsi with a LUN', Q35, [
    onNetwork({
      source: source("protocol='iscsi' name='iqn.2013-07.com.example:x/2'", host('i.example.org', 3260)),
      target: 'vda',
      image: 'iscsi:iqn.2013-07.com.example:x/2',
    }),
  ]),
  guest('iscsi without a LUN', Q35, [
    onNetwork({
      source: source("protocol='iscsi' name='iqn.2013-07.com.example:x'", host('i.example.org', 3261)),
      target: 'vda',
      image: 'iscsi:iqn.2013-07.com.example:x/0',
    }),
  ]),
  guest('ssh', Q35, [
    onNetwork({
      source: source("protocol='ssh' name='/srv/a.raw'", host('s.example.org', 22)),
      target: 'vda',
      image: 'ssh:s.example.org/srv/a.raw',
    }),
  ]),
  guest('https', Q35, [
    onNetwork(
      {
        source: source("protocol='https' name='/images/a.raw'", host('w.example.org', 443)),
        target: 'vda',
        image: 'https:w.example.org/images/a.raw',
      },
      { more: '<readonly/>' },
    ),
  ]),
  guest('http on another port', Q35, [
    onNetwork(
      {
        source: source("protocol='http' name='a.raw'", host('w.example.org', 8080)),
        target: 'vda',
        image: 'http:w.example.org:8080/a.raw',
      },
      { more: '<readonly/>' },
    ),
  ]),
  guest('nfs of QEMU itself', Q35, [
    onNetwork({
      source: source("protocol='nfs' name='/export/a.raw'", host('f.example.org')),
      target: 'vda',
      image: 'nfs:f.example.org/export/a.raw',
    }),
  ]),
  guest(
    'NVMe, two namespaces of one device',
    Q35,
    ['1', '2'].map((namespace, index) =>
      onNetwork(
        {
          type: 'nvme',
          source: source(
            `type='pci' managed='yes' namespace='${namespace}'`,
            "<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>",
          ),
          target: `vd${'ab'[index]}`,
          image: `nvme:0000:01:00.0/${namespace}`,
        },
        { driver: UNMAP },
      ),
    ),
  ),
  guest(
    'vhost-user-blk',
    Q35,
    [
      onNetwork(
        {
          type: 'vhostuser',
          source: "<source type='unix' path='/run/spdk.sock'/>",
          target: 'vda',
          image: 'vhostuser:/run/spdk.sock',
        },
        { more: pci(0, 1) },
      ),
    ],
    { devices: ports(2), more: SHARED },
  ),
];
