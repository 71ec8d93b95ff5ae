/**
 * Whether a node's disk can be opened, before LMDB opens it: LMDB maps the file into memory, and what is not there ends the process.
 * Always holds: reads only; refuses what is certainly no whole database, in one line, and lets everything else pass.
 */

import { spawnSync } from 'node:child_process'
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BadFolder } from './cluster-folder.ts'

/** Where LMDB 0.9 of lmdb-js keeps what (liblmdb/mdb.c: MDB_page, MDB_meta, MDB_db): bytes from the beginning of a meta page. */
const AT = {
  magic: 24,
  version: 28,
  pageSize: 48,
  freeRoot: 88,
  mainRoot: 136,
  lastPage: 144,
  transaction: 152,
} as const
const META_BYTES = 160
const MAGIC = 0xbeefc0de
const VERSION = 2
/** The root of an empty tree. */
const NO_PAGE = 0xffff_ffff_ffff_ffffn
const PAGE_SIZES = { min: 512, max: 65_536 } as const

/** Throws BadFolder when `path` is missing or damaged. */
export function checkDisk(path: string): void {
  if (!existsSync(path))
    throw new BadFolder(
      `${path} is missing: put it back, or use another folder; a node without its disk has forgotten its votes`,
    )
  const file = openSync(path, 'r')
  try {
    const why = fault(file)
    if (why === null) return
    // Pages at the end that were never used need not be there: only who reads them all knows.
    if (why === 'short' && canBeRead(path)) return
    throw new BadFolder(`${path} is damaged (${FAULTS[why]}): put a copy back, or use another folder`)
  } finally {
    closeSync(file)
  }
}

const FAULTS = {
  magic: 'it is no LMDB database',
  page: 'its first pages contradict each other',
  root: 'it ends before its data',
  short: 'it ends before its data',
} as const

function fault(file: number): keyof typeof FAULTS | null {
  const { size } = fstatSync(file)
  const first = metaAt(file, 0)
  if (first === null) return 'magic'
  const { pageSize } = first
  if (pageSize < PAGE_SIZES.min || pageSize > PAGE_SIZES.max || (pageSize & (pageSize - 1)) !== 0) return 'page'
  const second = metaAt(file, pageSize)
  if (second === null) return 'magic'
  if (second.pageSize !== pageSize) return 'page'
  const newest = second.transaction > first.transaction ? second : first
  const pages = BigInt(Math.floor(size / pageSize))
  if (newest.roots.some((root) => root !== NO_PAGE && root >= pages)) return 'root'
  return newest.lastPage >= pages ? 'short' : null
}

interface Meta {
  readonly pageSize: number
  readonly roots: readonly bigint[]
  readonly lastPage: bigint
  readonly transaction: bigint
}

function metaAt(file: number, position: number): Meta | null {
  const bytes = Buffer.alloc(META_BYTES)
  if (readSync(file, bytes, 0, META_BYTES, position) < META_BYTES) return null
  if (bytes.readUInt32LE(AT.magic) !== MAGIC || bytes.readUInt16LE(AT.version) !== VERSION) return null
  return {
    pageSize: bytes.readUInt32LE(AT.pageSize),
    roots: [bytes.readBigUInt64LE(AT.freeRoot), bytes.readBigUInt64LE(AT.mainRoot)],
    lastPage: bytes.readBigUInt64LE(AT.lastPage),
    transaction: bytes.readBigUInt64LE(AT.transaction),
  }
}

/** How long another process may take to read a disk, in milliseconds. */
const READ_MS_MAX = 60_000

/** Lets another process read everything: it is that one that ends then. */
function canBeRead(path: string): boolean {
  const reader = fileURLToPath(new URL('./read-disk.js', import.meta.url))
  return spawnSync(process.execPath, [reader, path], { stdio: 'ignore', timeout: READ_MS_MAX }).status === 0
}
