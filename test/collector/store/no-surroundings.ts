/** For a store whose log nobody reads and whom nobody waits for. */
export const NO_SURROUNDINGS = {
  log: { info() {}, warn() {} },
  pause: async () => {},
  kept: { samples: 2, hours: 90, days: 1_825 },
};
