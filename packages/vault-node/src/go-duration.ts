/** Writes seconds as Go prints a duration: for the few fields where Vault answers a length of time as text. */

/** `0s`, `45s`, `1m0s`, `3h25m19s`, `-1s` (vault-http-api 1.10). */
export function goDuration(seconds: number): string {
  if (seconds < 0) return `-${goDuration(-seconds)}`
  const hours = Math.floor(seconds / 3600)
  const minutes = Math.floor(seconds / 60) % 60
  if (hours > 0) return `${hours}h${minutes}m${seconds % 60}s`
  return minutes > 0 ? `${minutes}m${seconds % 60}s` : `${seconds}s`
}
