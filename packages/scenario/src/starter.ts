/**
 * The scenario that `fourtwelve init` writes: a fresh token on a lagging standby, with a comment on every key.
 * Always holds: it parses; so does each block that is commented out, once its `#` are taken away.
 */

export const STARTER_SCENARIO = `# yaml-language-server: $schema=./scenario.schema.json
# The line above gives editors completion and checks: fourtwelve schema > scenario.schema.json
# Run this file:  fourtwelve run FILE

# Version of this format.
version: 1

# Default: the name of the file.
name: fresh-token

# What the scenario asks, and what it shows. The question is required.
question: What does a client see that reads from a standby right after it created a token?
answer: 412 until the standby has applied the token, then 200.

# The same seed gives the same run, to the last byte.
seed: 42

# How long clients send (required when there are any), and how long the run goes on after them so that everything converges.
# Times are texts with a unit: 250ms, 1m30s. A scenario of steps alone lasts as long as its steps take.
duration: 10s
cooldown: 1s

# n0 is the active node; n1, n2, ... are performance standbys. 0 to 15 of them.
topology: { standbys: 2 }

# From commit on the active node to applied on a standby.
# One for all (400ms, raft, { dist: lognormal, median: 20ms, sigma: 0.8 }), or by link as here.
lag:
  default: 20ms
  links:
    n0->n1: 400ms

# Delays, one way: client to node, log entries to a standby, forwarded requests.
network: { client: 0s, delivery: 200us, forward: 500us }

# How long a node takes to make its log durable.
disk: { flush: 100us }

# The servers: Vault's replication stanza, switches for what differs between versions, service times.
server:
  replication:
    allow_forwarding_via_token: '' # new_token: a standby forwards what needs a token that it has not yet
    best_effort_wal_wait_duration: 2s
  switches: { token_create: rpc }
  cost: { read: 50us, write: 100us, login: 100us }

# simulation: exact times are needed, so run --live refuses the file.
runtime: any

# stand-in is fast and the same on every machine; real is Vault's own algorithms.
crypto: stand-in

# State that every node has before the run.
given:
  policies:
    app: |
      path "secret/data/app" { capabilities = ["read"] }
  users:
    alice: { password: wonderland, token_policies: [app] }
  secrets:
    secret/data/app: { colour: blue }

# Texts that are saved from the start, for steps and flows: tokens, forged X-Vault-Index values, passwords.
values: { password: wonderland }

# A script: each step starts when the one before was answered. get, list, post, put, patch and delete send a request to a
# node, or to who is active or a standby then; other steps are wait, wait_until (applied, leader) and the words of faults:
# lag, spike, hold, release, cut, heal, pause, resume, kill, restart, forwarding, slow_disk, slow_apply, clock_skew,
# shipper_buffer, step_down, promote, backup and restore.
steps:
  - note: A token is created on the active node. Its text holds the log index of its own creation.
    post: auth/token/create
    node: n0
    body: { policies: [app], ttl: 1h }
    save: { fresh: auth.client_token }
    expect: 200

  - note: n1 has not applied that index, and says so. It neither waits nor answers from old state.
    get: secret/data/app
    node: n1
    token: fresh
    expect: { status: 412, error: required index state not present }

  - wait_until: applied
    node: n1

  - note: The same request, a little later.
    get: secret/data/app
    node: n1
    token: fresh
    expect: { status: 200, served_by: n1, forwarded: false }

# Load, in place of a script or beside it. Each session runs the flow; routing picks the nodes, unless a request names its own.
# In a flow, \${session} is the name of the session.
#clients:
#  - name: readers
#    sessions: 10
#    arrival: { rate: 50/s }
#    routing: round-robin
#    mitigation: none
#    flow:
#      - { post: auth/userpass/login/alice, token: none, body: { password: '\${password}' }, save: { mine: auth.client_token } }
#      - { get: secret/data/app, token: mine }
#      - { get: secret/data/app, token: mine, node: n2 }

# What happens to the cluster while the clients send. Links and nodes may be named by who is active, standby or random at that
# moment. All of it has ended when the duration is over, so that the cool-down shows a cluster that recovers.
#faults:
#  - { at: 3s, for: 2s, do: lag, target: n0->n2, add: 1s }
#  - { at: 6s, for: 1s, do: cut, target: n0->n1 }
#  - { at: 7s, for: 2s, do: kill, target: active }
#  - { every: 3s, from: 1s, until: 9s, for: 500ms, do: [pause, cut, step-down], target: random }

# What the whole run must show. Without its witnesses a run has shown nothing, and its result is "unknown".
expect:
  thresholds:
    http_412: ['rate<0.5']
    latency: ['p(99)<2500ms']
  witnesses: ['http_412 >= 1', 'ok >= 2']
`
