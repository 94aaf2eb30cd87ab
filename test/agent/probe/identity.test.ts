import { describe, expect, it } from 'vitest';
import { readGuestIdentity } from '../../../agent/src/probe/identity.ts';
import { withTree } from './with-tree.ts';

const UUID_FILE = '/sys/class/dmi/id/product_uuid';

describe('readGuestIdentity', () => {
  it('gives the product UUID in lower case, as libvirt writes it', async () => {
    const files = { [UUID_FILE]: 'A3F1C7D2-5B64-4E0F-9C11-7D2E8A90B3C4' };
    expect((await withTree({ files }, (kernel) => readGuestIdentity({ files: kernel }))).productUuid).toBe(
      'a3f1c7d2-5b64-4e0f-9c11-7d2e8a90b3c4',
    );
  });

  it.each([
    'Not Settable',
    'Not Present',
    '00000000-0000-0000-0000-000000000000',
    'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
    '03000200-0400-0500-0006-000700080009',
  ])('takes %s for no UUID', async (text) => {
    const identity = await withTree({ files: { [UUID_FILE]: text } }, (files) => readGuestIdentity({ files }));
    expect(identity.productUuid).toBeNull();
  });

  it('takes an image that has not booted yet for one without a machine id, and falls back on D-Bus', async () => {
    const id = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';
    const read = (files: Record<string, string>) =>
      withTree({ files }, (kernel) => readGuestIdentity({ files: kernel }));
    expect((await read({ '/etc/machine-id': 'uninitialized' })).machineId).toBeNull();
    expect((await read({ '/var/lib/dbus/machine-id': id })).machineId).toBe(id);
  });
});
