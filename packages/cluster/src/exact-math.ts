/**
 * Logarithm, exponential and the normal distribution, the same bits on every machine.
 * ECMA-262 leaves Math.log and Math.exp to each engine, so another version of Node could move an event by a microsecond and
 * change a whole run (simulation-and-checking 3). Here is nothing but + - * /, square root and powers of two, which IEEE 754
 * fixes to the last bit.
 * Always holds: within 1e-12 of the true value, relatively; the edges (0, infinities, NaN) answer as Math does.
 */

/** The natural logarithm. NaN below 0, -Infinity at 0. */
export function ln(x: number): number {
  if (!(x > 0 && x < Infinity)) return x === 0 ? -Infinity : x > 0 ? x : Number.NaN
  const small = x < SMALLEST_NORMAL
  DOUBLE.setFloat64(0, small ? x * SUBNORMAL_SCALE : x)
  const high = DOUBLE.getUint32(0)
  let exponent = (high >>> 20) - EXPONENT_BIAS - (small ? SUBNORMAL_SHIFT : 0)
  DOUBLE.setUint32(0, (high & 0xfffff) | (EXPONENT_BIAS << 20))
  let mantissa = DOUBLE.getFloat64(0)
  // Between sqrt(1/2) and sqrt(2), so that the logarithm of a number near 1 is not a difference of two large ones.
  if (mantissa > Math.SQRT2) {
    mantissa /= 2
    exponent += 1
  }
  const s = (mantissa - 1) / (mantissa + 1)
  return exponent * LN2_HIGH + (exponent * LN2_LOW + 2 * s * polynomial(ATANH_SERIES, s * s))
}

/** e to the power of x. Infinity above 709.78, 0 below -745.13. */
export function exp(x: number): number {
  if (!(x > EXP_LOWEST && x < EXP_HIGHEST)) return x <= EXP_LOWEST ? 0 : x >= EXP_HIGHEST ? Infinity : x
  const power = Math.round(x * INVERSE_LN2)
  const rest = x - power * LN2_HIGH - power * LN2_LOW
  // Two steps, because 2^1024 and 2^-1074 are no normal numbers while their halves' powers are.
  const half = Math.trunc(power / 2)
  return polynomial(EXP_SERIES, rest) * powerOfTwo(half) * powerOfTwo(power - half)
}

/** How likely a standard normal number is above x: the upper tail, precise even where it is tiny. */
export function normalTail(x: number): number {
  if (x < 0) return 1 - normalTail(-x)
  const density = exp((-x * x) / 2) * INVERSE_SQRT_2PI
  if (density === 0 || x === Infinity) return 0
  if (x >= TAIL_STARTS_AT) {
    // Laplace's continued fraction 1/(x + 1/(x + 2/(x + 3/(x + ...)))), from its inside out.
    let fraction = x
    for (let k = TAIL_TERMS; k >= 1; k--) fraction = x + k / fraction
    return density / fraction
  }
  // One half less the density times x + x^3/3 + x^5/(3*5) + ...
  let term = x
  let sum = x
  for (let k = 1; k <= CENTRE_TERMS; k++) {
    term = (term * x * x) / (2 * k + 1)
    sum += term
  }
  return 0.5 - density * sum
}

/**
 * The number that a standard normal one is below with probability p. -Infinity at 0, Infinity at 1.
 * Wichura's algorithm AS 241 (Applied Statistics 37, 1988), PPND16: about 16 digits.
 */
export function normalQuantile(p: number): number {
  const q = p - 0.5
  if (Math.abs(q) <= 0.425) {
    const r = 0.180625 - q * q
    return (q * polynomial(CENTRE_NUMERATOR, r)) / polynomial(CENTRE_DENOMINATOR, r)
  }
  const nearer = q < 0 ? p : 1 - p
  if (!(nearer > 0)) return nearer === 0 ? (q < 0 ? -Infinity : Infinity) : Number.NaN
  const r = Math.sqrt(-ln(nearer))
  const size =
    r <= 5
      ? polynomial(TAIL_NUMERATOR, r - 1.6) / polynomial(TAIL_DENOMINATOR, r - 1.6)
      : polynomial(FAR_NUMERATOR, r - 5) / polynomial(FAR_DENOMINATOR, r - 5)
  return q < 0 ? -size : size
}

/** Horner's rule; the coefficient of the highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  let sum = 0
  for (const coefficient of coefficients) sum = sum * x + coefficient
  return sum
}

/** Exactly 2^power, for powers of normal numbers: -1022 to 1023. */
function powerOfTwo(power: number): number {
  DOUBLE.setUint32(0, (power + EXPONENT_BIAS) << 20)
  DOUBLE.setUint32(4, 0)
  return DOUBLE.getFloat64(0)
}

/** One double, to be taken apart. DataView is big-endian whatever the machine is. */
const DOUBLE = new DataView(new ArrayBuffer(8))
const EXPONENT_BIAS = 1023
const SMALLEST_NORMAL = 2.2250738585072014e-308
const SUBNORMAL_SHIFT = 54
const SUBNORMAL_SCALE = 18_014_398_509_481_984

// ln 2 in two parts: the first has 32 zero bits at its end, so that its product with an exponent is exact (fdlibm).
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10
const INVERSE_LN2 = 1.4426950408889634
const INVERSE_SQRT_2PI = 0.3989422804014327
// Beyond these no power of two would do; between them the products themselves overflow and vanish where they should.
const EXP_HIGHEST = 710
const EXP_LOWEST = -746

// atanh(s)/s = 1 + s^2/3 + s^4/5 + ...; with s^2 below 0.0295 the first term left out is below 1e-17.
const ATANH_TERMS = 12
const ATANH_SERIES: readonly number[] = Array.from({ length: ATANH_TERMS }, (_, i) => 1 / (2 * (ATANH_TERMS - i) - 1))

// 1/n!; with |x| at most ln(2)/2 the first term left out is below 1e-17.
const EXP_DEGREE = 14
const EXP_SERIES: readonly number[] = Array.from({ length: EXP_DEGREE + 1 }, (_, i) => 1 / factorial(EXP_DEGREE - i))
function factorial(n: number): number {
  return n <= 1 ? 1 : n * factorial(n - 1)
}

// Where the series and the fraction meet, both are good to 1e-13 with these numbers of terms.
const TAIL_STARTS_AT = 2.5
const TAIL_TERMS = 100
const CENTRE_TERMS = 40

const CENTRE_NUMERATOR: readonly number[] = [
  2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946, 1971.5909503065513,
  133.14166789178438, 3.3871328727963665,
]
const CENTRE_DENOMINATOR: readonly number[] = [
  5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751, 687.1870074920579,
  42.31333070160091, 1,
]
const TAIL_NUMERATOR: readonly number[] = [
  0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
  5.769497221460691, 4.630337846156546, 1.4234371107496835,
]
const TAIL_DENOMINATOR: readonly number[] = [
  1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
  1.6763848301838038, 2.053191626637759, 1,
]
const FAR_NUMERATOR: readonly number[] = [
  2.0103343992922881e-7, 2.7115555687434876e-5, 0.0012426609473880784, 0.026532189526576124, 0.29656057182850487,
  1.7848265399172913, 5.463784911164114, 6.657904643501103,
]
const FAR_DENOMINATOR: readonly number[] = [
  2.0442631033899397e-15, 1.421511758316446e-7, 1.8463183175100548e-5, 0.0007868691311456133, 0.014875361290850615,
  0.1369298809227358, 0.599832206555888, 1,
]
