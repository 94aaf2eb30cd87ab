/** As in package.json; test/documents.test.ts holds the two together. */
export const COLLECTOR_VERSION = '0.2.0';
