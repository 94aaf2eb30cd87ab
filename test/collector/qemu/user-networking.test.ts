import { expect, it } from 'vitest';
import { hasUserNetworking } from '../../../collector/src/qemu/user-networking.ts';

it.each([
  ['-netdev user,id=n0,hostfwd=tcp::2222-:22 -device virtio-net,netdev=n0', true],
  ['-nic user,model=virtio-net-pci', true],
  ['-net nic -net user', true],
  ['-netdev type=user,id=n0', true],
  ['-netdev {"type":"user","id":"n0"}', true],
  ['-drive file=user,if=virtio', true],
  ['-nodefaults -drive file=a,if=virtio', false],
  ['-nic none', false],
  ['-netdev tap,id=user,ifname=user', false],
  ['-netdev bridge,br=virbr0,id=n0', false],
])('%s has user networking: %s', (options, isSo) => {
  expect(hasUserNetworking(['qemu-system-x86_64', ...options.split(' ')])).toBe(isSo);
});
