/** What `dmsetup` prints; null where there is no dmsetup, it needs root that the agent has not, or it says nothing. */
export interface DeviceMapper {
  /** `dmsetup status --noflush --target thin-pool`. */
  thinPools(): Promise<string | null>;
  /** `dmsetup table`, keys blotted out: a line a target, names as /sys has them. */
  tables(): Promise<string | null>;
}

/** Where nobody can be asked: in a captured tree there is no device-mapper. */
export const NO_DEVICE_MAPPER: DeviceMapper = { thinPools: async () => null, tables: async () => null };
