/** Storage keys for people: salted ids, UUIDs and accessors cut to what tells them apart. */

const KEPT = 8

/** A salted id (`h` and hexadecimal digits), a UUID, a random text of 24 and more. */
const LONG_ID =
  /\bh[0-9a-f]{16,}\b|\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b|\b(?=[A-Za-z]*\d)[0-9A-Za-z]{24,}\b/g

/** `sys/token/id/h3f9a2c71…`; what is no id stays as it is. */
export const shortKey = (key: string): string => key.replace(LONG_ID, (id) => `${id.slice(0, KEPT)}…`)
