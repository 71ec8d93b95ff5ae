/**
 * Response wrapping, which is not built: a client that asks for it is told so (vault-http-api 1.5).
 * Always holds: what Vault itself would refuse is refused in Vault's words.
 */

const UNITS: ReadonlySet<string> = new Set(['ns', 'us', 'µs', 'μs', 'ms', 's', 'm', 'h'])
const PART = /^(\d+\.?\d*|\.\d+)([^\d.]*)/

/** Why the value of `X-Vault-Wrap-TTL` is refused, with 400. */
export function wrapRefusal(value: string): string {
  const fault = faultOf(value.trim())
  return fault === null
    ? 'response wrapping is not built in this simulated cluster: leave X-Vault-Wrap-TTL out'
    : `error parsing X-Vault-Wrap-TTL header: ${fault}`
}

/** Seconds, days, or a Go duration. */
function faultOf(text: string): string | null {
  if (/^[+-]?\d+d?$/.test(text)) return text.startsWith('-') && /[1-9]/.test(text) ? NEGATIVE : null
  let rest = text.replace(/^[+-]/, '')
  if (rest === '') return `time: invalid duration ${JSON.stringify(text)}`
  if (rest === '0') return null
  while (rest !== '') {
    const part = PART.exec(rest)
    if (part === null) return `time: invalid duration ${JSON.stringify(text)}`
    const [whole, , unit = ''] = part
    if (unit === '') return `time: missing unit in duration ${JSON.stringify(text)}`
    if (!UNITS.has(unit)) return `time: unknown unit ${JSON.stringify(unit)} in duration ${JSON.stringify(text)}`
    rest = rest.slice(whole.length)
  }
  return text.startsWith('-') ? NEGATIVE : null
}

const NEGATIVE = 'requested wrap ttl cannot be negative'
