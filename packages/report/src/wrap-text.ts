/** Texts of many words on lines of a width, and texts of many lines on one. Always holds: no word is lost or cut in two. */

/** Columns of every text for people, whatever the terminal, so that it is the same everywhere. */
export const TEXT_WIDTH = 110

/** The words of a text on lines of at most `width` characters, but for words that are longer themselves. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of oneLine(text).split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line]
}

/** Vault's errors come with line breaks and tabs; a table has one line for them. */
export const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

/** At most `length` characters; what is left out shows as an ellipsis. */
export const shortened = (text: string, length: number): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`
