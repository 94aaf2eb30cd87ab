/** What a token of the API may do: see; see and trim; everything. */
export const SCOPES = ['read', 'trim', 'admin'] as const;
export type Scope = (typeof SCOPES)[number];
