/** Why somebody has no place, each with the setting that moves the bound; null where it is none. */
export const WHY = {
  halfOpen: { sentence: 'too many connections have said no hello', setting: 'half-open' },
  halfOpenHere: { sentence: 'too many connections from here have said no hello', setting: 'half-open-per-address' },
  strangers: { sentence: 'too many guests that this host does not know', setting: 'strangers' },
  strangersHere: {
    sentence: 'too many guests from here that this host does not know',
    setting: 'strangers-per-address',
  },
  yields: { sentence: 'its place went to a guest that this host knows', setting: 'connections' },
  guests: { sentence: 'too many guests are connected', setting: 'connections' },
  guestsHere: { sentence: 'too many guests are connected from here', setting: 'connections-per-address' },
  hasty: { sentence: 'too many greetings from here in a minute', setting: 'connections-per-address' },
  hastyStrangers: {
    sentence: 'too many greetings of guests that this host does not know in a minute',
    setting: 'strangers',
  },
  inventories: { sentence: 'the inventories of all guests are too large together', setting: 'inventories' },
  strangersInventories: {
    sentence: 'the inventories of guests that this host does not know are too large together',
    setting: 'stranger-inventories',
  },
  waiting: { sentence: 'too many reports wait to be judged', setting: null },
} as const;

export type Why = (typeof WHY)[keyof typeof WHY];
