/**
 * The figures of a run that thresholds and witnesses may name. Whoever counts must count what the sentence says.
 * Always holds: a request is one attempt (a retry is another request, and so is a redirect that is followed); an operation is
 * all the attempts for one answer.
 */

/**
 * `counter`: a number of events (`count`).
 * `rate`: a number of events among requests or operations, so it has a share too (`count`, `rate`).
 * `latency`: times (`avg`, `min`, `med`, `max`, `p(N)`).
 * `outage`: one time, the longest (`max`).
 */
export type MetricKind = 'counter' | 'rate' | 'latency' | 'outage'

export interface Metric {
  readonly kind: MetricKind
  /** What `rate` is a share of; null when there is no `rate`. */
  readonly of: 'requests' | 'operations' | null
  /** Whether `{client:name}` can narrow it. */
  readonly perClient: boolean
  readonly sentence: string
}

export type MetricName =
  | 'requests'
  | 'operations'
  | 'ok'
  | 'http_307'
  | 'http_400'
  | 'http_403'
  | 'http_404'
  | 'http_412'
  | 'http_500'
  | 'http_503'
  | 'http_5xx'
  | 'lost'
  | 'unexpected'
  | 'forwarded'
  | 'retries'
  | 'survived_412'
  | 'failed_412'
  | 'warnings'
  | 'wal_entries'
  | 'storage_writes'
  | 'elections'
  | 'faults'
  | 'faults_left_out'
  | 'kills'
  | 'restarts'
  | 'unavailable'
  | 'latency'

/** Metrics that are numbers of events. */
export type CountName = Exclude<MetricName, 'latency' | 'unavailable'>

const requestShare = (sentence: string): Metric => ({ kind: 'rate', of: 'requests', perClient: true, sentence })
const operationShare = (sentence: string): Metric => ({ kind: 'rate', of: 'operations', perClient: true, sentence })
const clientCount = (sentence: string): Metric => ({ kind: 'counter', of: null, perClient: true, sentence })
const clusterCount = (sentence: string): Metric => ({ kind: 'counter', of: null, perClient: false, sentence })

export const METRICS: Readonly<Record<MetricName, Metric>> = {
  requests: clientCount('Requests that clients sent, retries and followed redirects included.'),
  operations: clientCount('Operations that clients began: a request with all its retries and redirects is one.'),
  ok: requestShare('Requests that were answered with a status of 200 to 299.'),
  http_307: requestShare(
    'Requests that were answered with 307: a standby could not reach the active node, and named it.',
  ),
  http_400: requestShare('Requests that were answered with 400.'),
  http_403: requestShare('Requests that were answered with 403.'),
  http_404: requestShare('Requests that were answered with 404.'),
  http_412: requestShare('Requests that were answered with 412: the state they needed was not applied on that node.'),
  http_500: requestShare('Requests that were answered with 500.'),
  http_503: requestShare('Requests that were answered with 503.'),
  http_5xx: requestShare('Requests that were answered with a status of 500 to 599.'),
  lost: requestShare('Requests that got no answer, so that nobody knows whether they were carried out.'),
  unexpected: operationShare("Operations of a client's flow whose last answer was not the one that the flow expects."),
  forwarded: requestShare('Requests that a standby sent, wholly or in part, to the active node.'),
  retries: requestShare(
    'Requests that repeated an earlier one of the same operation, other than to follow a redirect.',
  ),
  survived_412: operationShare('Operations that met a 412 and ended with a status of 200 to 299.'),
  failed_412: operationShare('Operations that ended with a 412.'),
  warnings: requestShare('Requests whose answer carried a warning.'),
  wal_entries: clusterCount('Entries that the active node wrote into its log.'),
  storage_writes: clusterCount('Keys that the active node put or deleted.'),
  elections: clusterCount('How often a node became active after the start.'),
  faults: clusterCount('Faults that happened to the cluster; what ends one is not counted.'),
  faults_left_out: clusterCount('Faults that were due and did not happen, because nobody was there to be hit.'),
  kills: clusterCount('Nodes that were killed, each time.'),
  restarts: clusterCount('Nodes that were started again, each time.'),
  unavailable: {
    kind: 'outage',
    of: null,
    perClient: false,
    sentence: 'The longest time in which a client wanted to write and no write was acknowledged.',
  },
  latency: {
    kind: 'latency',
    of: null,
    perClient: true,
    sentence: 'Time of an operation, from its first request to its last answer.',
  },
}

export const METRIC_NAMES: readonly string[] = Object.keys(METRICS)

export const isMetricName = (text: string): text is MetricName => Object.hasOwn(METRICS, text)
