/**
 * What an emulator is quickest at. With all that QEMU can emulate, Linux copies by `rep movsb` and guards its memory in
 * ways that cost an emulated guest a sixth of its time: 3.2 s of a processor for a boot, 2.8 with this.
 */
export const PROCESSOR = { model: 'Westmere', features: ['rdrand', 'rdseed'] };
