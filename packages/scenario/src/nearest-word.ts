/**
 * The word that somebody probably meant. Owns the rule of every "did you mean".
 * Always holds: a suggestion differs from the word by at most a third of its letters; letters' case, `-` and `_` do not count.
 */

/** Longer words get no suggestion: nobody types one by mistake, and the comparison costs length squared. */
const LONGEST_WORD = 64

/** The candidate nearest to `word`, or null when none is near. Among equals the first. */
export function nearestWord(word: string, candidates: readonly string[]): string | null {
  if (word.length > LONGEST_WORD) return null
  const plain = withoutForm(word)
  let nearest: string | null = null
  let least = Math.max(1, Math.floor(plain.length / 3)) + 1
  for (const candidate of candidates) {
    const distance = editDistance(plain, withoutForm(candidate.slice(0, LONGEST_WORD)))
    if (distance < least && distance < plain.length) {
      least = distance
      nearest = candidate
    }
  }
  return nearest
}

const withoutForm = (word: string): string => word.toLowerCase().replaceAll('-', '_')

/** Letters inserted, left out, exchanged, or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const exchanged = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      let best = Math.min(exchanged, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]
      if (swapped) best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1)
      row.push(best)
    }
    beforeLast = last
    last = row
  }
  return last[b.length] ?? 0
}
