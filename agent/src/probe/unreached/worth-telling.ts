/**
 * What is left over between partitions, or of a volume group, is no news below this; nor is a partition for a boot
 * loader.
 */
export const WORTH_TELLING_BYTES = 16 * 1024 ** 2;
