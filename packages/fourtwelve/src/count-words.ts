/** How many of something, in words. Always holds: thousands have separators, and one is singular. */

export const count = (number: number, what: string): string =>
  `${number.toLocaleString('en-US')} ${what}${number === 1 ? '' : 's'}`
