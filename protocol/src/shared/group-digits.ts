/** `27004928` → `27,004,928`, as the tables write bytes; any other text, and a number of four digits, as it is. */
export function groupDigits(value: string): string {
  return /^-?\d{5,}$/.test(value) ? value.replace(/\B(?=(?:\d{3})+$)/g, ',') : value;
}
