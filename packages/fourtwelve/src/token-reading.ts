/**
 * What a token says by its form alone, as data and in sentences.
 * Always holds: no text makes it throw; sentences never repeat more of a token than its kind; a refusal repeats none of it.
 */

import { decodeIndexState, isIndexDefect, tokenKind, type TokenDefect } from '@fourtwelve/protocol'
import { consistentToken } from './consistent-token-reading.ts'
import { namespaceNamed, namespaceWords, type TokenFacts, type TokenReading } from './token-facts.ts'

export function readToken(token: string): TokenReading {
  if (token === '') return { refused: 'there is no token: what was given is empty' }
  if (!/^[\x21-\x7e]+$/.test(token)) {
    return { refused: 'this is no token: it holds spaces or characters that no token has' }
  }
  const kind = tokenKind(token)
  switch (kind.kind) {
    case 'consistent':
      return consistentToken(token, kind.token)
    case 'short-service':
      return shortToken(token)
    case 'batch':
      return batchToken(token, kind.version)
    case 'recovery':
      return recoveryToken(token)
    case 'legacy':
      return legacyToken(token, kind.of)
    case 'broken':
      // The short form of a namespace's token is long enough to be taken for the long form (vault-consistency 1.9).
      return kind.looksLike === 'service' && SHORT_BODY.test(token.slice(PREFIX_LENGTH))
        ? shortToken(token)
        : brokenToken(kind.looksLike, kind.defect)
    case 'other':
      return otherToken(token)
  }
}

const PREFIX_LENGTH = 'hvs.'.length
const LEGACY_PREFIX_LENGTH = 's.'.length
/** What follows the prefix of a token that carries no index; outside the root namespace, the namespace's id is at its end. */
const SHORT_BODY = /^[0-9A-Za-z]{24}(?:\.[0-9A-Za-z]{1,6})?$/
const LEGACY_BATCH_BODY = /^[\w-]{40,}(?:\.[0-9A-Za-z]{1,6})?$/

function facts(token: string, known: Partial<TokenFacts> & Pick<TokenFacts, 'type' | 'format'>): TokenFacts {
  return {
    version: null,
    inner: null,
    namespace: namespaceNamed(token),
    local_index: null,
    index_epoch: null,
    length: token.length,
    hmac: null,
    ...known,
  }
}

function shortToken(token: string): TokenReading {
  const body = token.slice(PREFIX_LENGTH)
  if (!SHORT_BODY.test(body)) {
    return {
      refused: `this starts like a service token, but ${body.length} characters follow hvs.: 24 make a short token, 91 and more a server-side consistent one. It is cut off or damaged`,
    }
  }
  return {
    facts: facts(token, { type: 'service', format: 'short', inner: token }),
    lines: [
      `A service token of ${namespaceWords(namespaceNamed(token))} in its short form (${token.length} characters): a root token, or the`,
      'inner id of a server-side consistent token.',
      '',
      'It carries no index. A standby that has not applied it yet does not know it, and answers 403, never 412.',
    ],
  }
}

function batchToken(token: string, version: number): TokenReading {
  return {
    facts: facts(token, { type: 'batch', format: 'batch', version }),
    lines: [
      `A batch token of ${namespaceWords(namespaceNamed(token))} (${token.length} characters). What it holds is sealed with the cluster's own key.`,
      '',
      'It carries no index and is stored nowhere: every node that has the key takes it at once. If it has a parent that',
      'a standby has not applied yet, that standby answers 403, never 412.',
    ],
  }
}

function recoveryToken(token: string): TokenReading {
  return {
    facts: facts(token, { type: 'recovery', format: 'short' }),
    lines: [
      `A recovery token (${token.length} characters): it serves a Vault in recovery mode alone, and carries no index.`,
    ],
  }
}

function legacyToken(token: string, of: 'service' | 'batch' | 'recovery'): TokenReading {
  const body = token.slice(LEGACY_PREFIX_LENGTH)
  if (!(of === 'batch' ? LEGACY_BATCH_BODY : SHORT_BODY).test(body)) {
    return {
      refused: `this is no token: it starts like a ${of} token from before Vault 1.10, but goes on as none does`,
    }
  }
  return {
    facts: facts(token, { type: of, format: 'legacy' }),
    lines: [
      `A ${of} token as Vault made them before 1.10 (${token.length} characters), or with server-side consistent tokens switched off.`,
      '',
      'It carries no index. A standby that has not applied it yet answers 403, never 412.',
    ],
  }
}

const BROKEN: Readonly<Record<'service' | 'batch', Readonly<Record<TokenDefect, string>>>> = {
  service: {
    'not-base64':
      'this starts like a server-side consistent token, but what follows hvs. is not base64url: it is damaged. Vault answers 403',
    'not-a-token':
      'this starts like a server-side consistent token, but holds none: it is cut off or damaged. Vault answers 403',
  },
  batch: {
    'not-base64':
      'this starts like a batch token, but what follows hvb. is not base64url: it is damaged. Vault answers 403',
    'not-a-token': 'this starts like a batch token, but holds none: it is cut off or damaged. Vault answers 403',
  },
}

const brokenToken = (looksLike: 'service' | 'batch', defect: TokenDefect): TokenReading => ({
  refused: BROKEN[looksLike][defect],
})

const JWT = /^eyJ[\w-]+\.[\w-]+\.[\w-]*$/
const ACCESSOR = /^[0-9A-Za-z]{24}(?:\.[0-9A-Za-z]{1,6})?$/

function otherToken(token: string): TokenReading {
  if (!isIndexDefect(decodeIndexState(token))) {
    return { refused: 'this is no token but a value of X-Vault-Index: read it with fourtwelve index decode' }
  }
  if (JWT.test(token)) {
    return {
      refused:
        'this is a JWT: what one logs in with, or a wrapping token that was asked for in that form. It carries no index',
    }
  }
  if (token.includes('.') && !ACCESSOR.test(token)) {
    return {
      refused: 'this is no token: it begins with no prefix of one, and an id of your own choice cannot hold a dot',
    }
  }
  const lines = ACCESSOR.test(token)
    ? ['No form of a token, but that of an accessor: it names a token, opens nothing, and carries no index.']
    : [
        'No form that Vault gives to tokens: an id of your own choice (as -dev-root-token-id gives), or no token at all.',
        '',
        'As a token it carries no index. A standby that has not applied it yet answers 403, never 412.',
      ]
  return { facts: facts(token, { type: 'unknown', format: 'custom or unknown', namespace: null }), lines }
}
