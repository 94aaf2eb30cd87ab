/** For a store whose log nobody reads and whom nobody waits for. */
export const NO_SURROUNDINGS = { log: { info() {}, warn() {} }, pause: async () => {} };
