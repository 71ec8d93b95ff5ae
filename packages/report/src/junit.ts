/**
 * Runs as JUnit XML, which every CI server reads.
 * Always holds: a suite a scenario; a case for each step that expects something, each law, each threshold, each witness; what
 * could not be run is an error, so that a broken file never looks like a passed one; the text is well-formed whatever names hold.
 */

import { MICROS_PER_SECOND } from '@fourtwelve/protocol'
import { formatJudged } from './judged-value.ts'
import type { RunReport } from './run-report.ts'
import { verdictReason } from './verdict-text.ts'

export type JunitSuite =
  | { readonly kind: 'run'; readonly report: RunReport; readonly repro: string }
  /** A scenario that could not be run, and why. */
  | { readonly kind: 'not-run'; readonly file: string; readonly why: string }

interface Case {
  readonly name: string
  readonly outcome: 'passed' | 'failed' | 'skipped' | 'error'
  readonly seconds: number
  /** Why it did not pass. */
  readonly message: string
}

interface Suite {
  readonly name: string
  readonly seconds: number
  readonly cases: readonly Case[]
  /** Told with every failure of the suite. */
  readonly hint: string
}

export function junitXml(suites: readonly JunitSuite[]): string {
  const told = suites.map(suiteOf)
  const all = told.flatMap(({ cases }) => cases)
  const seconds = told.reduce((total, suite) => total + suite.seconds, 0)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="fourtwelve" ${tallies(all)} time="${secondsText(seconds)}">`,
    ...told.flatMap(suiteLines),
    '</testsuites>',
    '',
  ].join('\n')
}

function suiteOf(suite: JunitSuite): Suite {
  if (suite.kind === 'not-run') {
    const cases: Case[] = [{ name: 'the scenario can be run', outcome: 'error', seconds: 0, message: suite.why }]
    return { name: suite.file, seconds: 0, cases, hint: '' }
  }
  const { report, repro } = suite
  const cases = [...stepCases(report), ...lawCases(report), ...judgedCases(report)]
  if (report.judgement.verdict === 'unknown' && cases.every(({ outcome }) => outcome !== 'failed')) {
    cases.push({ name: 'the run shows something', outcome: 'failed', seconds: 0, message: verdictReason(report) })
  }
  return {
    name: report.scenario.name,
    seconds: report.run.ended / MICROS_PER_SECOND,
    cases,
    hint: `Repeat with: ${repro}`,
  }
}

function stepCases({ run }: RunReport): Case[] {
  return run.steps
    .filter(({ verdict }) => verdict !== 'done')
    .map(({ step, what, reply, verdict, failures }) => ({
      name: `step ${step}: ${what}${reply === null ? '' : ` on ${reply.node}`}`,
      outcome: verdict === 'fail' ? 'failed' : 'passed',
      seconds: (reply?.took ?? 0) / MICROS_PER_SECOND,
      message: failures.join('\n'),
    }))
}

const LAW_OUTCOMES = { holds: 'passed', broken: 'failed', unknown: 'skipped' } as const

function lawCases({ judgement }: RunReport): Case[] {
  return judgement.laws.map(({ name, verdict, witness }) => ({
    name: `law ${name}`,
    outcome: LAW_OUTCOMES[verdict],
    seconds: 0,
    message: verdict === 'unknown' ? 'nothing in this run was there to judge' : (witness?.prose ?? ''),
  }))
}

function judgedCases({ scenario, judgement }: RunReport): Case[] {
  const cases = (kind: string, items: RunReport['judgement']['thresholds']): Case[] =>
    items.map((item) => ({
      name: `${kind} ${item.text}`,
      outcome: item.holds ? 'passed' : 'failed',
      seconds: 0,
      message: `measured ${formatJudged(scenario, item)}`,
    }))
  return [...cases('threshold', judgement.thresholds), ...cases('witness', judgement.witnesses)]
}

function suiteLines({ name, seconds, cases, hint }: Suite): string[] {
  return [
    `  <testsuite name="${escaped(name)}" ${tallies(cases)} time="${secondsText(seconds)}">`,
    ...cases.flatMap((item) => caseLines(item, name, hint)),
    '  </testsuite>',
  ]
}

const ELEMENTS = { failed: 'failure', error: 'error', skipped: 'skipped' } as const

function caseLines({ name, outcome, seconds, message }: Case, suite: string, hint: string): string[] {
  const open = `    <testcase classname="${escaped(suite)}" name="${escaped(name)}" time="${secondsText(seconds)}"`
  if (outcome === 'passed') return [`${open}/>`]
  const element = ELEMENTS[outcome]
  const first = escaped(message.split('\n')[0] ?? '')
  const inside =
    outcome === 'skipped'
      ? `<skipped message="${first}"/>`
      : `<${element} message="${first}">${escaped([message, hint].filter((text) => text !== '').join('\n'))}</${element}>`
  return [`${open}>`, `      ${inside}`, '    </testcase>']
}

function tallies(cases: readonly Case[]): string {
  const having = (outcome: Case['outcome']): number => cases.filter((item) => item.outcome === outcome).length
  return `tests="${cases.length}" failures="${having('failed')}" errors="${having('error')}" skipped="${having('skipped')}"`
}

const secondsText = (seconds: number): string => seconds.toFixed(6)

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
}
/** Characters that XML 1.0 cannot hold, not even escaped: most controls, and halves of surrogate pairs. */
const NOT_XML = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu

const escaped = (text: string): string =>
  text.replace(NOT_XML, '?').replaceAll(/[&<>"\n]/g, (character) => ENTITIES[character] ?? '')
