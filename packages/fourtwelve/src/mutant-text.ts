/**
 * The text of a compiled file with one function replaced.
 * Always holds: the function's own name now means the replacement, in its file too; the true one is handed to it. Throws when the
 * function is not there in a form that it knows: then nothing would be mutated, and every law would seem blind.
 */

import type { Mutant } from './mutants/mutant.ts'

/** Where a mutated file says which mutant it carries, for whoever must be sure that it was loaded. */
const MUTANT_MARK = 'fourtwelve.mutant'

const MARKED = `globalThis[Symbol.for('${MUTANT_MARK}')]`

/** `table` is the address of the module with `replacementOf`. A text that carries the mutant already stays as it is. */
export function mutatedText(text: string, { name, file, replaces, needs }: Mutant, table: string): string {
  if (text.includes(MARKED)) return text
  const form = FORMS.find(({ start }) => text.includes(`\n${start(replaces)}`))
  if (form === undefined) {
    throw new Error(
      `mutant ${name}: ${file} has no function ${replaces}: say in its file which function of the built source it replaces`,
    )
  }
  const genuine = `${replaces}__genuine`
  const replaced = text.replace(`\n${form.start(replaces)}`, () => `\n${form.renamed(genuine)}`)
  return [
    `import { replacementOf as __replacementOf } from ${JSON.stringify(table)};`,
    `${MARKED} = ${JSON.stringify(name)};`,
    'var __replacement;',
    replaced,
    `${form.isExported ? 'export ' : ''}function ${replaces}(...given) {`,
    `  __replacement ??= __replacementOf(${JSON.stringify(name)}, ${genuine}, { ${needs.join(', ')} });`,
    '  return __replacement(...given);',
    '}',
  ].join('\n')
}

interface Form {
  /** How the declaration begins, at the start of a line. */
  readonly start: (name: string) => string
  readonly renamed: (name: string) => string
  readonly isExported: boolean
}

const FORMS: readonly Form[] = [
  { start: (name) => `export function ${name}(`, renamed: (name) => `function ${name}(`, isExported: true },
  { start: (name) => `export const ${name} = `, renamed: (name) => `const ${name} = `, isExported: true },
  { start: (name) => `function ${name}(`, renamed: (name) => `function ${name}(`, isExported: false },
  { start: (name) => `const ${name} = `, renamed: (name) => `const ${name} = `, isExported: false },
]

/** The mutant that this thread carries; null for the true node. */
export function loadedMutant(): string | null {
  const mark = (globalThis as Readonly<Record<symbol, unknown>>)[Symbol.for(MUTANT_MARK)]
  return typeof mark === 'string' ? mark : null
}
