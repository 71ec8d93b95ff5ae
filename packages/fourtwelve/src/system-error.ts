/** What the system says of files, in plain words. Always holds: a sentence's end, without a path and without a code that has words here. */

const SYSTEM_ERRORS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'it is a folder, not a file',
  ENOTDIR: 'a part of its path is a file, not a folder',
  EACCES: 'you may not',
  EPERM: 'you may not',
  EROFS: 'you may not: the file system is read-only',
  EEXIST: 'it is there already',
  ENOSPC: 'the disk is full',
}

export function systemError(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return SYSTEM_ERRORS[code] ?? (error instanceof Error ? error.message : String(error))
}
