import { seconds, type JsonObject } from '@fourtwelve/protocol'
import { describe, expect, it } from 'vitest'
import { planToken, type CreateCircumstances, type TokenPlan } from '../../dist/tokens/plan-token.js'
import type { TokenEntry } from '../../dist/tokens/token-entry.js'

const ROOT: TokenEntry = {
  type: 'service',
  saltedId: 'salted-root',
  accessor: 'accessor',
  parent: '',
  policies: ['root'],
  path: 'auth/token/root',
  meta: null,
  displayName: 'root',
  numUses: 0,
  creationTime: seconds(1_700_000_000),
  ttl: 0,
  explicitMaxTtl: 0,
  period: 0,
  entityId: '',
}
const MAKER: TokenEntry = {
  ...ROOT,
  saltedId: 'salted-maker',
  policies: ['default', 'maker'],
  ttl: 3600,
  entityId: 'ann',
}

const AS_ROOT: CreateCircumstances = {
  path: 'auth/token/create',
  orphan: false,
  sudo: true,
  now: seconds(1_700_000_100),
  limits: { defaultTtl: 2_764_800, maxTtl: 2_764_800 },
  policyExists: (name) => ['root', 'default', 'maker'].includes(name),
  idTaken: (id) => id === 'taken',
}
const AS_MAKER: CreateCircumstances = { ...AS_ROOT, sudo: false }

const byRoot = (data: JsonObject, how: Partial<CreateCircumstances> = {}): TokenPlan =>
  planToken(ROOT, data, { ...AS_ROOT, ...how })
const byMaker = (data: JsonObject, how: Partial<CreateCircumstances> = {}): TokenPlan =>
  planToken(MAKER, data, { ...AS_MAKER, ...how })
const refusal = (error: string): TokenPlan => ({ kind: 'refused', status: 400, error })

describe('the parent', () => {
  it('may not have spent its last use', () => {
    expect(planToken({ ...ROOT, numUses: -1 }, {}, AS_ROOT)).toEqual(
      refusal('parent token lookup failed: no parent found'),
    )
  })
  it('may not be a batch token', () => {
    expect(planToken({ ...MAKER, type: 'batch' }, {}, AS_MAKER)).toEqual(
      refusal('batch tokens cannot create more tokens'),
    )
  })
  it('may not have a use count', () => {
    expect(planToken({ ...MAKER, numUses: 3 }, {}, AS_MAKER)).toEqual(
      refusal('restricted use token cannot generate child tokens'),
    )
  })
})

describe('the body', () => {
  it('is decoded loosely', () => {
    const plan = byRoot({ policies: 5, renewable: 'false', num_uses: '3', ttl: 90, meta: { n: 5, b: true } })
    expect(plan).toMatchObject({
      token: { policies: ['5', 'default'], renewable: false, numUses: 3, ttl: 90, meta: { b: '1', n: '5' } },
      warnings: ['Policy "5" does not exist'],
    })
  })
  it('names every field that cannot be decoded', () => {
    expect(byRoot({ renewable: 'maybe', meta: 'team=core', num_uses: 'many' })).toEqual(
      refusal(
        `Error decoding request: 3 error(s) decoding:\n\n* 'meta' expected a map, got 'string'\n* cannot parse 'Renewable' as bool: strconv.ParseBool: parsing "maybe": invalid syntax\n* cannot parse 'num_uses' as int: strconv.ParseInt: parsing "many": invalid syntax`,
      ),
    )
  })
  it.each([
    [{ type: 'gold' }, "invalid 'token_type' value"],
    [{ num_uses: -1 }, 'number of uses cannot be negative'],
    [{ entity_alias: 'nobody' }, "'entity_alias' is only allowed in combination with token role"],
    [{ ttl: 'soon' }, 'time: invalid duration "soon"'],
    [{ ttl: '-1h' }, 'ttl must be positive'],
    [{ ttl: '-1ms' }, 'ttl must be positive'],
    [{ lease: '60' }, 'time: missing unit in duration "60"'],
    [{ lease: '-1h' }, 'lease must be positive'],
    [{ explicit_max_ttl: '-5m' }, 'explicit_max_ttl must be positive'],
    [{ period: '-1m' }, 'period must be positive'],
    [{ id: 'hvs.mine' }, "custom token ID cannot have the 'hvs.' prefix"],
    [{ id: 's.mine' }, "custom token ID cannot have the 's.' prefix"],
    [{ id: 'a.b' }, "custom token ID cannot have a '.' in the value"],
    [{ id: 'taken' }, 'cannot create a token with a duplicate ID'],
    [{ policies: ['response-wrapping'] }, 'cannot assign policy "response-wrapping"'],
    [{ policies: ['control-group'] }, 'cannot assign policy "control-group"'],
  ])('%j is refused: %s', (data, error) => {
    expect(byRoot(data)).toEqual(refusal(error))
  })
  it('is checked in order: the first refusal is told', () => {
    expect(byRoot({ type: 'gold', num_uses: -1 })).toEqual(refusal("invalid 'token_type' value"))
    expect(byRoot({ num_uses: -1, entity_alias: 'x' })).toEqual(refusal('number of uses cannot be negative'))
    expect(byMaker({ id: 'x', policies: ['admin'] })).toEqual(
      refusal('root or sudo privileges required to specify token id'),
    )
    expect(byRoot({ explicit_max_ttl: 'x', period: 'y', ttl: 'z' })).toEqual(refusal('time: invalid duration "x"'))
    expect(byRoot({ id: 'a.b', ttl: 'z' })).toEqual(refusal('time: invalid duration "z"'))
  })
})

describe('batch tokens', () => {
  it.each([
    [{ explicit_max_ttl: '2h' }, 'batch tokens cannot have "explicit_max_ttl" set'],
    [{ explicit_max_ttl: 'x' }, '"explicit_max_ttl" value could not be parsed'],
    [{ num_uses: 3 }, 'batch tokens cannot have "num_uses" set'],
    [{ period: '1h' }, 'batch tokens cannot have "period" set'],
    [{ period: 'x' }, '"period" value could not be parsed'],
    [{ policies: ['root'] }, 'batch tokens cannot be root tokens'],
    [{ policies: [] }, 'batch tokens cannot be root tokens'],
  ])('refuse %j: %s', (data, error) => {
    expect(byRoot({ type: 'batch', policies: ['default'], ...data })).toEqual(refusal(error))
  })
  it('are never renewable, have no lease and take no notice of an id', () => {
    const plan = byRoot({ type: 'batch', policies: ['default'], renewable: true, id: 'taken', ttl: '1h' })
    expect(plan).toMatchObject({ token: { type: 'batch', renewable: false, leased: false, customId: null } })
    expect(plan).toHaveProperty('warnings', [expect.stringContaining('Supplying a custom ID')])
  })
})

describe('policies', () => {
  it("are the parent's when none are given", () => {
    expect(byMaker({})).toMatchObject({ token: { policies: ['default', 'maker'] } })
    expect(byRoot({})).toMatchObject({ token: { policies: ['root'] } })
  })
  it("must be the parent's without sudo", () => {
    expect(byMaker({ policies: ['maker', 'admin'] })).toEqual(refusal('child policies must be subset of parent'))
    expect(byMaker({ policies: ['root'] })).toEqual(refusal('child policies must be subset of parent'))
    expect(byMaker({ policies: ['maker'] })).toMatchObject({ token: { policies: ['default', 'maker'] } })
  })
  it('gain default only when the parent has it, and lose it when it is not wanted', () => {
    const plain = { ...MAKER, policies: ['maker'] }
    expect(planToken(plain, { policies: ['maker'] }, AS_MAKER)).toMatchObject({ token: { policies: ['maker'] } })
    expect(byMaker({ no_default_policy: true })).toMatchObject({ token: { policies: ['maker'] } })
    expect(byRoot({ policies: ['default', 'maker'], no_default_policy: true })).toMatchObject({
      token: { policies: ['maker'] },
    })
  })
  it('are lower-cased, sorted and without doubles; root swallows the rest', () => {
    expect(byRoot({ policies: ['Maker', 'maker', ' ops '] })).toMatchObject({
      token: { policies: ['default', 'maker', 'ops'] },
      warnings: ['Policy "ops" does not exist'],
    })
    expect(byRoot({ policies: ['root', 'maker'] })).toMatchObject({ token: { policies: ['root'] }, warnings: [] })
  })
  it('may hold root only under a root parent, sudo or not', () => {
    expect(byMaker({ policies: ['root'] }, { sudo: true })).toEqual(
      refusal('root tokens may not be created without parent token being root'),
    )
  })
  it('take one text as one name, commas and all', () => {
    expect(byRoot({ policies: 'dev,ops' })).toMatchObject({ token: { policies: ['default', 'dev,ops'] } })
  })
})

describe('orphans', () => {
  it('need sudo for no_parent, and nothing for create-orphan', () => {
    expect(byMaker({ no_parent: true })).toEqual(refusal('root or sudo privileges required to create orphan token'))
    expect(byMaker({ no_parent: true }, { sudo: true })).toMatchObject({ token: { parent: '', entityId: '' } })
    expect(byMaker({ no_parent: true }, { orphan: true })).toMatchObject({ token: { parent: '', entityId: '' } })
    expect(byMaker({})).toMatchObject({ token: { parent: 'salted-maker', entityId: 'ann' } })
  })
})

describe('lengths', () => {
  it('cap a ttl at the explicit maximum', () => {
    expect(byRoot({ policies: ['default'], ttl: '1h', explicit_max_ttl: '30m' })).toMatchObject({
      token: { ttl: 1800, explicitMaxTtl: 1800 },
      warnings: ['TTL of "1h" exceeded the effective max_ttl of "30m"; TTL value is capped accordingly'],
    })
  })
  it('need sudo for a period', () => {
    expect(byMaker({ period: '1h' })).toEqual(refusal('root or sudo privileges required to create periodic token'))
    expect(byMaker({ period: '0' })).toMatchObject({ token: { period: 0 } })
    expect(byMaker({ period: '1h' }, { sudo: true })).toMatchObject({ token: { period: 3600, ttl: 3600 } })
  })
  it('count a fraction of a second as a second', () => {
    expect(byRoot({ policies: ['default'], ttl: '300ms' })).toMatchObject({ token: { ttl: 1 } })
  })
  it('let a root token live for ever, and then it is not renewable', () => {
    expect(byRoot({})).toMatchObject({ token: { ttl: 0, renewable: false } })
    expect(byRoot({ ttl: '1h' })).toMatchObject({ token: { ttl: 3600, renewable: true } })
    expect(byRoot({ explicit_max_ttl: '2h' })).toMatchObject({ token: { ttl: 7200, renewable: true } })
    expect(byRoot({ period: '2h' })).toMatchObject({ token: { ttl: 7200, period: 7200, renewable: true } })
  })
  it('do not let a root token that ends make one that does not', () => {
    const ending = { ...ROOT, ttl: 3600 }
    expect(planToken(ending, {}, AS_ROOT)).toEqual(
      refusal('expiring root tokens cannot create non-expiring root tokens'),
    )
    expect(planToken(ending, { ttl: '2h' }, AS_ROOT)).toMatchObject({ token: { ttl: 7200 } })
  })
})

describe('names', () => {
  it.each([
    ['', 'token'],
    ['terraform', 'token-terraform'],
    ['a b@c!', 'token-a-b-c'],
    ['build bot #7', 'token-build-bot--7'],
    ['grün', 'token-gr-n'],
    ['x--', 'token-x-'],
  ])('turn the display name %j into %j', (given, wanted) => {
    expect(byRoot({ display_name: given })).toMatchObject({ token: { displayName: wanted } })
  })
})
