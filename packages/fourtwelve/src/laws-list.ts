/** What `fourtwelve check --laws` tells: every law there is. Always holds: in the order in which verdicts tell them. */

import { ALL_LAWS } from '@fourtwelve/checker'
import { TEXT_WIDTH, wrapText, type Palette } from '@fourtwelve/report'

const INDENT = '  '

/** For people, with its last line end. */
export const lawsListText = ({ bold }: Palette): string =>
  [
    ...ALL_LAWS.flatMap(({ name, statement }) => [
      bold(name),
      ...wrapText(statement, TEXT_WIDTH - INDENT.length).map((line) => `${INDENT}${line}`),
    ]),
    '',
    `${ALL_LAWS.length} laws judge every run. Each is a file law-<name>.ts in packages/checker/src.`,
    '',
  ].join('\n')

/** The same as an object. */
export const lawsListJson = (): object => ({ laws: ALL_LAWS.map(({ name, statement }) => ({ name, statement })) })
