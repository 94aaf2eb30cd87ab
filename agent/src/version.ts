/** Kept equal to package.json's by a test. */
export const AGENT_VERSION = '0.2.0';
