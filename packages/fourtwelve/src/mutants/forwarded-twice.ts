/**
 * Broken: a standby sends a forwarded request twice, and the active node carries it out twice.
 * Must be caught by: `forwarded-once-and-authorised-again`.
 */

import { defineMutant, type Mutant } from './mutant.ts'

interface Effect {
  readonly kind: string
  readonly message?: { readonly kind: string }
}
type Ask = (turn: { readonly effects: Effect[] }, open: unknown, after: unknown, question: unknown) => void

export const FORWARDED_TWICE: Mutant = defineMutant<Ask>({
  name: 'forwarded-twice',
  breaks: 'A standby sends a forwarded request twice, and the active node carries it out twice.',
  law: 'forwarded-once-and-authorised-again',
  reference: 'M21',
  package: 'vault-node',
  file: 'peers/calls',
  replaces: 'ask',
  by: (original) => (turn, open, after, question) => {
    const before = turn.effects.length
    original(turn, open, after, question)
    const sent = turn.effects.slice(before).filter(({ message }) => message?.kind === 'forward')
    turn.effects.push(...sent)
  },
})
