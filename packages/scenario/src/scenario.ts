/**
 * A scenario as plain data: what a file says once it is read, with every default filled in.
 * Always holds: times are Micros; every node and link named here exists in the topology; every saved name is saved before
 * it is used; every metric exists. So nothing that runs a scenario has to check these again.
 */

import type { Distribution, LagModel } from '@fourtwelve/cluster'
import type { JsonObject, LinkId, Micros, NodeId, ServerConfig } from '@fourtwelve/protocol'
import type { Threshold, Witness } from './metric-expression.ts'
import type { LeaderRole, PlannedFault } from './planned-fault.ts'
import type { FlowRequest, RequestTemplate } from './request-template.ts'

export interface Scenario {
  readonly version: 1
  readonly name: string
  /** What the scenario asks. */
  readonly question: string
  /** What it shows, when somebody wrote that down. */
  readonly answer: string | null
  readonly seed: number
  /** How long clients send. Null: as long as the steps take; only a scenario without clients leaves it out. */
  readonly duration: Micros | null
  /** How long the run goes on after the last request, so that everything converges. */
  readonly cooldown: Micros
  /** Nodes are `n0` (active at the start) to `n<standbys>`. */
  readonly standbys: number
  readonly lag: LagPlan
  readonly network: NetworkDelays
  readonly disk: { readonly flush: Distribution }
  readonly server: ServerConfig
  readonly cost: ServiceCost
  /** `simulation`: it needs exact times, which threads do not keep. */
  readonly runtime: 'any' | 'simulation'
  readonly crypto: 'stand-in' | 'real'
  readonly given: Given
  /** What is saved under a name before the first request of the steps, and of every flow. */
  readonly values: Readonly<Record<string, string>>
  readonly steps: readonly Step[]
  readonly clients: readonly ClientLoad[]
  /** In the order of the file, which need not be the order of time. */
  readonly faults: readonly FaultRow[]
  readonly expect: Expectation
}

/** How far behind each standby runs: `default`, unless its link from `n0` has a row of its own. */
export interface LagPlan {
  readonly default: LagModel
  readonly links: readonly { readonly link: LinkId; readonly lag: LagModel }[]
}

export interface NetworkDelays {
  /** One way, client to node. */
  readonly client: Distribution
  /** One way, active node to standby, for log entries. */
  readonly delivery: Distribution
  /** One way, standby to active node, for forwarded requests and RPC. */
  readonly forward: Distribution
}

/** How long a node works on one request, by kind. A live cluster takes the time that it takes. */
export interface ServiceCost {
  readonly read: Micros
  readonly write: Micros
  readonly login: Micros
}

/** State that every node has before the run starts. */
export interface Given {
  readonly policies: readonly (GivenRow & { readonly name: string; readonly hcl: string })[]
  /** `fields` goes to `auth/userpass/users/<name>` as it stands. */
  readonly users: readonly (GivenRow & { readonly name: string; readonly fields: JsonObject })[]
  readonly secrets: readonly (GivenRow & { readonly path: string; readonly fields: JsonObject })[]
  /** Anything else, in order. */
  readonly requests: readonly (GivenRow & { readonly path: string; readonly body: JsonObject })[]
}

/** Only a node can judge what a row says, so a row knows its place, for whoever tells of it. */
interface GivenRow {
  /** `file:line:column`, or the setting that it came from. */
  readonly place: string
}

/** One step of the script. A step starts when the one before has ended. */
export type Step =
  | {
      readonly kind: 'request'
      readonly client: string
      /** A role is looked up whenever the request is sent. */
      readonly node: NodeId | LeaderRole
      readonly request: RequestTemplate
      /** Preset of a client's behaviour; `none` sends once and takes the answer. */
      readonly as: string
      readonly note: string | null
    }
  | { readonly kind: 'wait'; readonly for: Micros; readonly note: string | null }
  /** Until the node has applied everything that was committed when the step began. */
  | { readonly kind: 'wait-until-applied'; readonly node: NodeId | LeaderRole; readonly note: string | null }
  /** Until a running node is active: this one, or with null any. */
  | { readonly kind: 'wait-until-leader'; readonly node: NodeId | null; readonly note: string | null }
  /** The next step begins at once, also when the fault lasts for a time. */
  | {
      readonly kind: 'inflict'
      readonly fault: PlannedFault
      readonly for: Micros | null
      readonly note: string | null
    }

/** Sessions that send the same flow of requests over and over. */
export interface ClientLoad {
  readonly name: string
  readonly sessions: number
  readonly arrival: Arrival
  readonly routing: Routing
  /** Preset of a client's behaviour: `none`, or a word of the client's own table. */
  readonly mitigation: string
  /** What the file says otherwise than the preset; null leaves the preset's value. */
  readonly retry: RetryOverride
  /** At least one. */
  readonly flow: readonly FlowRequest[]
}

/** When a flow starts. Open: `count` flows in each `per`, evenly, whoever is busy. Closed: a session starts its next when its last has ended. */
export type Arrival =
  | { readonly kind: 'constant-rate'; readonly count: number; readonly per: Micros }
  | { readonly kind: 'closed'; readonly think: Micros }
  | { readonly kind: 'once' }

export type Routing =
  | { readonly kind: 'sticky' | 'round-robin' | 'random' | 'active-only' }
  | { readonly kind: 'node'; readonly node: NodeId }

export interface RetryOverride {
  /** How many times again. */
  readonly max: number | null
  /** Shortest pause before a retry. */
  readonly min: Micros | null
  /** Longest pause before a retry. */
  readonly maxWait: Micros | null
}

export type FaultRow = TimedFault | RepeatedFault

/** Happens at `at`; when `for` is not null, it ends by itself that much later. */
export interface TimedFault {
  readonly kind: 'once'
  readonly at: Micros
  readonly fault: PlannedFault
  readonly for: Micros | null
}

/** Happens over and over, one at a time. */
export interface RepeatedFault {
  readonly kind: 'repeated'
  /** Mean distance from the start of one to the start of the next; each is drawn between half of it and one and a half. */
  readonly every: Micros
  /** The first comes one distance after this. */
  readonly from: Micros
  /** None begins at this time or later; null: none after the run's duration. */
  readonly until: Micros | null
  /** How long each lasts, drawn evenly; null when none of them lasts. */
  readonly for: { readonly min: Micros; readonly max: Micros } | null
  /** One of these is drawn each time. At least one. */
  readonly faults: readonly PlannedFault[]
  /** Never more than a minority of the nodes killed or paused at once. */
  readonly minority: boolean
}

export interface Expectation {
  /** Laws that this scenario is allowed to break. */
  readonly lawsExcept: readonly string[]
  readonly thresholds: readonly Threshold[]
  /** Thresholds of a live run; null: the same. */
  readonly liveThresholds: readonly Threshold[] | null
  /** What must have happened, or the run has shown nothing. */
  readonly witnesses: readonly Witness[]
}

/** The usual lag of one link. From whichever node the log comes, a standby lags as the file says of it. */
export function lagOfLink(plan: LagPlan, link: LinkId): LagModel {
  const row =
    plan.links.find((known) => known.link === link) ??
    plan.links.find((known) => known.link.split('->')[1] === link.split('->')[1])
  return row?.lag ?? plan.default
}
