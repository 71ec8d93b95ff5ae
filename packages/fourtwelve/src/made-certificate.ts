/** A certificate made at the start, for this machine alone. Always holds: its key is kept in memory and never written. */

import { generate } from 'selfsigned'
import type { TlsFiles } from './tls-files.ts'

/** As long as a cluster for tests will ever run. */
const DAYS_VALID = 30
const DAY_MS = 86_400_000
const [DNS_NAME, IP_ADDRESS] = [2, 7] as const

/** For localhost, the loopback's addresses, and `host`. Signed by itself, so that clients trust it by naming it as their CA. */
export async function makeCertificate(host: string): Promise<TlsFiles> {
  const isAddress = /^[\d.]+$|:/.test(host)
  const made = await generate([{ name: 'commonName', value: 'fourtwelve' }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    notAfterDate: new Date(Date.now() + DAYS_VALID * DAY_MS),
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', digitalSignature: true, keyCertSign: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: DNS_NAME, value: 'localhost' },
          { type: IP_ADDRESS, ip: '127.0.0.1' },
          { type: IP_ADDRESS, ip: '::1' },
          isAddress ? { type: IP_ADDRESS, ip: host } : { type: DNS_NAME, value: host },
        ],
      },
    ],
  })
  return { key: made.private, cert: made.cert }
}
