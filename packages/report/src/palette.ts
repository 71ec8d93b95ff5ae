/**
 * Colours of texts for a terminal, handed in by whoever knows the terminal.
 * Always holds: a paint adds nothing that is seen, so a text without colours is the same text.
 */

export type Paint = (text: string) => string

export interface Palette {
  readonly bold: Paint
  readonly dim: Paint
  readonly red: Paint
  readonly green: Paint
  readonly yellow: Paint
}

const asItIs: Paint = (text) => text

/** For files, pipes, and terminals that want no colours. */
export const NO_COLOURS: Palette = { bold: asItIs, dim: asItIs, red: asItIs, green: asItIs, yellow: asItIs }
