/**
 * Clients in other languages: how each is built with its own tool, and how it is run.
 * Always holds: what is built lies under tmp/clients, which git ignores; versions are those that its own manifest pins.
 */

import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { promisify } from 'node:util'
import type { Done, Task } from './cluster-for-clients.ts'

const HERE = new URL('./', import.meta.url).pathname
const BUILT = new URL('../../tmp/clients/', import.meta.url).pathname

/** Long enough to download and compile everything on a slow machine. */
export const BUILD_MS_MAX = 900_000
/** A task is a few seconds; a client that waits longer than this is stuck. */
const TASK_MS_MAX = 60_000

type Command = readonly [file: string, ...rest: string[]]

export interface ForeignClient {
  readonly client: string
  readonly language: string
  /** Finds the version in the manifest. */
  readonly version: readonly [file: string, pattern: RegExp]
  /** How it is set up: `default` first. What the others are, its program says. */
  readonly settings: readonly string[]
  /** Each must be on the machine. */
  readonly tools: readonly Command[]
  readonly build: readonly Command[]
  readonly run: Command
  readonly environment?: Readonly<Record<string, string>>
}

export const FOREIGN_CLIENTS: readonly ForeignClient[] = [
  {
    client: 'hvac',
    language: 'Python',
    version: ['python/requirements.txt', /^hvac==(.+)$/m],
    settings: ['default', 'retry-recipe'],
    tools: [['python3', '-c', 'import venv, ensurepip']],
    build: [
      ['python3', '-m', 'venv', `${BUILT}python`],
      [`${BUILT}python/bin/pip`, 'install', '--quiet', '--requirement', `${HERE}python/requirements.txt`],
    ],
    run: [`${BUILT}python/bin/python`, `${HERE}python/main.py`],
  },
  {
    client: 'github.com/hashicorp/vault/api',
    language: 'Go',
    version: ['go/go.mod', /hashicorp\/vault\/api v(.+)$/m],
    settings: ['default', 'bare-config'],
    tools: [['go', 'version']],
    build: [['go', 'build', '-C', `${HERE}go`, '-o', `${BUILT}go/client`, '.']],
    run: [`${BUILT}go/client`],
  },
  {
    client: 'vault-java-driver (jopenlibs)',
    language: 'Java',
    version: ['java/pom.xml', /vault-java-driver<\/artifactId>\s*<version>(.+)<\/version>/],
    settings: ['default', 'with-retries'],
    tools: [
      ['java', '--version'],
      ['mvn', '--version'],
    ],
    build: [['mvn', '-q', '-B', '-f', `${HERE}java/pom.xml`, 'compile', 'dependency:copy-dependencies']],
    run: ['java', '-cp', `${BUILT}java/classes:${BUILT}java/dependency/*`, 'Main'],
  },
  {
    client: 'vaultrs',
    language: 'Rust',
    version: ['rust/Cargo.toml', /^vaultrs = "=(.+)"$/m],
    settings: ['default'],
    tools: [['cargo', '--version']],
    build: [['cargo', 'build', '--quiet', '--locked', '--manifest-path', `${HERE}rust/Cargo.toml`]],
    run: [`${BUILT}rust/debug/fourtwelve-client-vaultrs`],
    environment: { CARGO_TARGET_DIR: `${BUILT}rust` },
  },
]

export function versionIn({ client, version: [file, pattern] }: ForeignClient): string {
  const found = pattern.exec(readFileSync(`${HERE}${file}`, 'utf8'))?.[1]
  if (found === undefined)
    throw new Error(`${file} pins no version of ${client}: see the pattern in foreign-clients.ts`)
  return found
}

/** Why a client cannot be run here; null when it can. */
export async function whyNot({ tools }: ForeignClient): Promise<string | null> {
  if (process.env.CI !== 'true' && process.env.FOURTWELVE_CLIENTS !== '1') {
    return 'it takes minutes to build: set FOURTWELVE_CLIENTS=1'
  }
  for (const tool of tools) {
    try {
      await start(tool, process.env, TASK_MS_MAX)
    } catch {
      return `\`${tool.join(' ')}\` does not work on this machine`
    }
  }
  return null
}

export async function build(client: ForeignClient): Promise<void> {
  for (const command of client.build) await start(command, { ...process.env, ...client.environment }, BUILD_MS_MAX)
}

/** Runs its program, and reads what it prints. Throws when the program itself fails; a failed operation is a line that says so. */
export async function runForeignClient(client: ForeignClient, task: Task): Promise<readonly Done[]> {
  // Whoever runs the tests may have a Vault of their own.
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('VAULT_'))
  const printed = await start(client.run, { ...Object.fromEntries(own), ...task }, TASK_MS_MAX)
  return printed
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Done)
}

async function start([file, ...rest]: Command, env: NodeJS.ProcessEnv, timeout: number): Promise<string> {
  return (await promisify(execFile)(file, rest, { env, timeout, maxBuffer: 16 * 1024 * 1024 })).stdout
}
