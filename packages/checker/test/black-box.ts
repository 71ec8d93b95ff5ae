/**
 * Histories of drawn scenarios, and what is left of a history that servers tell nothing of: what clients sent, what came back, and what
 * was done to the cluster.
 */

import { drawScenario, judgeDraft, type RunScenario } from '@fourtwelve/explore'
import type { HistoryRecord, ReplyRecord } from '@fourtwelve/protocol'
import { createEntropy } from '@fourtwelve/simulation'
import { simulateScenario } from 'fourtwelve'

/** The history of the scenario that a seed draws, forgeries made. */
export function drawnHistory(seed: number): readonly HistoryRecord[] {
  let records: HistoryRecord[] = []
  const run: RunScenario = (scenario) => {
    records = []
    const report = simulateScenario(scenario, { realCrypto: null, observe: (record) => records.push(record) })
    return { verdicts: report.judgement.laws, run: report.run, threw: null, events: report.events, operations: 0 }
  }
  judgeDraft(
    drawScenario((name) => createEntropy(seed).stream(`explore ${name}`), seed),
    run,
  )
  return records
}

/** What is known of a record without its servers; null for what is theirs alone. That a token was tampered with is not told either. */
export function withoutServers(record: HistoryRecord): HistoryRecord | null {
  switch (record.kind) {
    case 'run': {
      const { forwarding: _, ...known } = record
      return known
    }
    case 'call': {
      const { tampered: _, ...known } = record
      return known
    }
    case 'reply':
      return knownReply(record)
    case 'entry':
    case 'commit':
    case 'apply':
    case 'lead':
    case 'resign':
    case 'recover':
    case 'rest':
      return null
    case 'renumber':
    case 'fault':
      return record
  }
}

function knownReply({ kind, t, id, status, errors, index, token, grant, version }: ReplyRecord): ReplyRecord {
  const told = { kind, t, id, status, errors, index, token }
  return { ...told, ...(grant === undefined ? {} : { grant }), ...(version === undefined ? {} : { version }) }
}

/** The same from a client that keeps nothing but what it sent where, and the status that it got. */
export function barely(record: HistoryRecord): HistoryRecord {
  if (record.kind === 'call') {
    const { bodyToken: _, remembers: __, ...known } = record
    const { token } = known
    const form = token.type === 'short' || token.type === 'batch' ? { type: token.type } : token
    return { ...known, token: form }
  }
  if (record.kind !== 'reply') return record
  const { kind, t, id, status, errors } = record
  return { kind, t, id, status, errors, index: null, token: null }
}
