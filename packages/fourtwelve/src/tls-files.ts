/** The certificate of a cluster's listeners: the user's own, or one made at the start. */

import { createSecureContext } from 'node:tls'
import { BadInput } from './exit-codes.ts'
import type { Ports } from './ports.ts'

/** PEM. */
export interface TlsFiles {
  readonly key: string
  readonly cert: string
}

export interface TlsChoice {
  readonly tls?: true
  readonly tlsCert?: string
  readonly tlsKey?: string
}

/** Null: plain HTTP. Throws BadInput when a file cannot be read, or only one of the two is given. */
export async function chooseTls(
  { tls, tlsCert, tlsKey }: TlsChoice,
  host: string,
  readText: Ports['readText'],
): Promise<TlsFiles | null> {
  if (tlsCert === undefined && tlsKey === undefined) {
    if (tls === undefined) return null
    // Loaded only here: it takes longer than all the rest of a start.
    const { makeCertificate } = await import('./made-certificate.ts')
    return makeCertificate(host)
  }
  if (tlsCert === undefined || tlsKey === undefined) {
    throw new BadInput(
      '--tls-cert and --tls-key go together: give both, or --tls alone for a certificate made at the start',
    )
  }
  const read = (file: string): string => {
    const text = readText(file)
    if ('error' in text) throw new BadInput(`${file} cannot be read: ${text.error}`)
    return text.text
  }
  const files = { cert: read(tlsCert), key: read(tlsKey) }
  refuse(() => createSecureContext({ cert: files.cert }), `--tls-cert ${tlsCert} is no certificate in PEM`)
  refuse(() => createSecureContext(files), `--tls-key ${tlsKey} is no key in PEM that fits the certificate`)
  return files
}

function refuse(use: () => void, message: string): void {
  try {
    use()
  } catch (error) {
    throw new BadInput(`${message}: ${error instanceof Error ? error.message : String(error)}`)
  }
}
