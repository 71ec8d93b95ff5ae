/** Scenario files: what they may say, and how they are read. Pure. */

export { parseScenario, type ParseOptions } from './parse-scenario.ts'
export {
  parseLagText,
  parseServedCluster,
  readLinkLag,
  type LagReading,
  type ServedClusterOptions,
} from './parse-served-cluster.ts'
export type { ServedCluster } from './schema-served-cluster.ts'
export { STANDBYS_MAX } from './names.ts'
export { formatProblem, type Problem } from './problem.ts'
export {
  lagOfLink,
  type Arrival,
  type ClientLoad,
  type Expectation,
  type FaultRow,
  type Given,
  type LagPlan,
  type NetworkDelays,
  type RepeatedFault,
  type RetryOverride,
  type Routing,
  type Scenario,
  type ServiceCost,
  type Step,
  type TimedFault,
} from './scenario.ts'
export { describeFault, describeFaultRow } from './describe-fault.ts'
export type { LeaderRole, LinkTarget, NodeRole, NodeTarget, PlannedFault } from './planned-fault.ts'
export { activeNode } from './resolve-target.ts'
export {
  type BodyExpectation,
  type BodyPath,
  type FlowRequest,
  type ReplyExpectation,
  type RequestTemplate,
  type Save,
  type TokenChoice,
} from './request-template.ts'
export { fillObject, fillText, fillValue, namesUsedBy, placeholdersIn, type NameUse } from './saved-names.ts'
export {
  isMetricName,
  METRIC_NAMES,
  METRICS,
  type CountName,
  type Metric,
  type MetricKind,
  type MetricName,
} from './metrics.ts'
export {
  keepsLimit,
  parseMetricReference,
  parseThreshold,
  parseWitness,
  type Aggregate,
  type BadExpression,
  type Comparator,
  type MetricReference,
  type Threshold,
  type Witness,
} from './metric-expression.ts'
export { scenarioJsonSchema, type JsonSchemaOptions } from './json-schema.ts'
export { STARTER_SCENARIO } from './starter.ts'
export { type Setting } from './set-value.ts'
export { type ReadText } from './trace-source.ts'
export { nearestWord } from './nearest-word.ts'
export { clientPolicy, MITIGATIONS } from './mitigation.ts'
export type { Counts, Measurements } from './measurements.ts'
export { prepareRun, type RunObserver, type ScenarioRun } from './run-scenario.ts'
export type { StepReply, StepResult } from './run-steps.ts'
export { judge, type Judged, type Judgement, type Verdict } from './verdict.ts'
