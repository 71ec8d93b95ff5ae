/**
 * What the command says to the shell.
 * Always holds: a number means the same in every command; of several files the worst counts.
 */

import type { Verdict } from '@fourtwelve/scenario'

export const EXIT = {
  pass: 0,
  /** A law, or what a step expects. */
  broken: 1,
  /** Nothing was shown, or a witness is missing. */
  unknown: 2,
  thresholdMissed: 3,
  /** A scenario file or a flag that cannot be used. */
  badInput: 4,
  internalError: 5,
  /** Two runs of one seed differ. */
  notDeterministic: 6,
  /** Ended by Ctrl-C before its time, as a shell has it. */
  interrupted: 130,
} as const

export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** Worst first: what says nothing about the cluster comes before what does, as it makes everything else doubtful. */
const WORST_FIRST: readonly ExitCode[] = [
  EXIT.interrupted,
  EXIT.internalError,
  EXIT.badInput,
  EXIT.notDeterministic,
  EXIT.broken,
  EXIT.unknown,
  EXIT.thresholdMissed,
  EXIT.pass,
]

/** The code for several results; `pass` for none. */
export const worstOf = (codes: readonly ExitCode[]): ExitCode =>
  WORST_FIRST.find((code) => codes.includes(code)) ?? EXIT.pass

export function exitCodeOf(verdict: Verdict): ExitCode {
  switch (verdict) {
    case 'pass':
      return EXIT.pass
    case 'fail':
      return EXIT.broken
    case 'unknown':
      return EXIT.unknown
    case 'threshold':
      return EXIT.thresholdMissed
  }
}

/** Something that the user gave and can correct. Its message is all that is printed. */
export class BadInput extends Error {}
