import { type DomainForm, onNetwork } from './libvirt-domain.ts';
import { guest, host, pci, ports, Q35, SHARED, source, UNMAP } from './parts.ts';

export const NETWORK: readonly DomainForm[] = [
  guest({
    name: 'rbd with a namespace',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='rbd' name='pool/ns/image'", inside: host('m.example.org') }),
        target: 'vda',
        image: 'rbd:pool/ns/image',
      }),
    ],
  }),
  guest({
    name: 'rbd, a snapshot',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({
          attributes: "protocol='rbd' name='pool/image'",
          inside: `${host('m.example.org')}<snapshot name='s'/>`,
        }),
        target: 'vda',
        image: 'rbd:pool/image@s',
        more: '<readonly/>',
      }),
    ],
  }),
  guest({
    name: 'gluster without a port',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='gluster' name='vol/x.raw'", inside: host('g.example.org') }),
        target: 'vda',
        image: 'gluster:g.example.org/vol/x.raw',
      }),
    ],
  }),
  guest({
    name: 'gluster, two hosts',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({
          attributes: "protocol='gluster' name='vol/dir/x.qcow2'",
          inside: host('g.example.org', 24007) + host('h.example.org'),
        }),
        target: 'vda',
        image: 'gluster:g.example.org/vol/dir/x.qcow2',
      }),
    ],
  }),
  guest({
    name: 'gluster on another port',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='gluster' name='vol/x.raw'", inside: host('g.example.org', 24008) }),
        target: 'vda',
        image: 'gluster:g.example.org:24008/vol/x.raw',
      }),
    ],
  }),
  guest({
    name: 'nbd over TCP',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='nbd' name='e'", inside: host('n.example.org', 10809) }),
        target: 'vda',
        image: 'nbd:n.example.org/e',
        driver: UNMAP,
      }),
    ],
  }),
  guest({
    name: 'nbd over TCP without an export',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='nbd'", inside: host('192.0.2.9', 10810) }),
        target: 'vda',
        image: 'nbd:192.0.2.9:10810',
      }),
    ],
  }),
  guest({
    name: 'nbd over IPv6',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='nbd' name='e'", inside: host('2001:db8::1', 10810) }),
        target: 'vda',
        image: 'nbd:[2001:db8::1]:10810/e',
      }),
    ],
  }),
  guest({
    name: 'nbd over a socket',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({
          attributes: "protocol='nbd' name='e'",
          inside: "<host transport='unix' socket='/run/nbd.sock'/>",
        }),
        target: 'vda',
        image: 'nbd:unix:/run/nbd.sock:exportname=e',
      }),
    ],
  }),
  guest({
    name: 'nbd over a socket without an export',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='nbd'", inside: "<host transport='unix' socket='/run/nbd.sock'/>" }),
        target: 'vda',
        image: 'nbd:unix:/run/nbd.sock',
      }),
    ],
  }),
  guest({
    name: 'iscsi with a LUN',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({
          attributes: "protocol='iscsi' name='iqn.2013-07.com.example:x/2'",
          inside: host('i.example.org', 3260),
        }),
        target: 'vda',
        image: 'iscsi:iqn.2013-07.com.example:x/2',
      }),
    ],
  }),
  guest({
    name: 'iscsi without a LUN',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({
          attributes: "protocol='iscsi' name='iqn.2013-07.com.example:x'",
          inside: host('i.example.org', 3261),
        }),
        target: 'vda',
        image: 'iscsi:iqn.2013-07.com.example:x/0',
      }),
    ],
  }),
  guest({
    name: 'ssh',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='ssh' name='/srv/a.raw'", inside: host('s.example.org', 22) }),
        target: 'vda',
        image: 'ssh:s.example.org/srv/a.raw',
      }),
    ],
  }),
  guest({
    name: 'https',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='https' name='/images/a.raw'", inside: host('w.example.org', 443) }),
        target: 'vda',
        image: 'https:w.example.org/images/a.raw',
        more: '<readonly/>',
      }),
    ],
  }),
  guest({
    name: 'http on another port',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='http' name='a.raw'", inside: host('w.example.org', 8080) }),
        target: 'vda',
        image: 'http:w.example.org:8080/a.raw',
        more: '<readonly/>',
      }),
    ],
  }),
  guest({
    name: 'nfs of QEMU itself',
    machine: Q35,
    disks: [
      onNetwork({
        source: source({ attributes: "protocol='nfs' name='/export/a.raw'", inside: host('f.example.org') }),
        target: 'vda',
        image: 'nfs:f.example.org/export/a.raw',
      }),
    ],
  }),
  guest({
    name: 'NVMe, two namespaces of one device',
    machine: Q35,
    disks: ['1', '2'].map((namespace, index) =>
      onNetwork({
        type: 'nvme',
        source: source({
          attributes: `type='pci' managed='yes' namespace='${namespace}'`,
          inside: "<address domain='0x0000' bus='0x01' slot='0x00' function='0x0'/>",
        }),
        target: `vd${'ab'[index]}`,
        image: `nvme:0000:01:00.0/${namespace}`,
        driver: UNMAP,
      }),
    ),
  }),
  guest({
    name: 'vhost-user-blk',
    machine: Q35,
    disks: [
      onNetwork({
        type: 'vhostuser',
        source: "<source type='unix' path='/run/spdk.sock'/>",
        target: 'vda',
        image: 'vhostuser:/run/spdk.sock',
        more: pci({ slot: 0, bus: 1 }),
      }),
    ],
    devices: ports(2),
    more: SHARED,
  }),
];
