/** Everything that the table has a row for: each client in each of its settings, and programs that ask again. */

import type { Done, Task } from './cluster-for-clients.ts'
import { build, FOREIGN_CLIENTS, runForeignClient, versionIn, whyNot } from './foreign-clients.ts'
import { keepTheToken, logInAnewEachTime } from './npm/asks-again.ts'
import { runNpmClient, versionOf } from './npm/npm-driver.ts'
import { NPM_DRIVERS } from './npm/npm-drivers.ts'

export interface Subject {
  /** Name and version. */
  readonly client: string
  readonly language: string
  readonly setting: string
  /** Builds it; answers why it cannot be, null when it could. */
  prepare(): Promise<string | null>
  run(task: Task): Promise<readonly Done[]>
}

/** What the settings are, for the reader of the table. */
const SETTING_TEXTS: Readonly<Record<string, string>> = {
  default: 'as it comes',
  'retry-recipe': 'with the `Retry` session of its documentation',
  'bare-config': 'made from `&api.Config{}`, not `DefaultConfig()`',
  'with-retries': '`withRetries(5, 1000)`',
}

const ready = (): Promise<null> => Promise.resolve(null)

export const SUBJECTS: readonly Subject[] = [
  ...FOREIGN_CLIENTS.flatMap((foreign) =>
    foreign.settings.map((setting) => ({
      client: `${foreign.client} ${versionIn(foreign)}`,
      language: foreign.language,
      setting: SETTING_TEXTS[setting] ?? setting,
      async prepare() {
        const reason = await whyNot(foreign)
        if (reason === null) await build(foreign)
        return reason
      },
      run: (task: Task) => runForeignClient(foreign, { ...task, CLIENT_SETTING: setting }),
    })),
  ),
  ...NPM_DRIVERS.map((driver) => ({
    client: `${driver.client} ${versionOf(driver.client)}`,
    language: 'JavaScript',
    setting: 'as it comes',
    prepare: ready,
    run: (task: Task) => runNpmClient(driver, task),
  })),
  {
    client: `node-vault ${versionOf('node-vault')}`,
    language: 'JavaScript',
    setting: 'logs in once; its program asks again every 50 ms, for 4 s',
    prepare: ready,
    run: keepTheToken,
  },
  {
    client: `node-vault-client ${versionOf('node-vault-client')}`,
    language: 'JavaScript',
    setting: 'logs in by itself; its program asks again every 50 ms, for 4 s',
    prepare: ready,
    run: logInAnewEachTime,
  },
]
