/** As in package.json; test/versions.test.ts holds the two together. */
export const COLLECTOR_VERSION = '0.1.0';
