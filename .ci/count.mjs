// Reads vitest's JSON and prints the closing line. A check that failed without a failing test counts as one failure.
import { readFileSync } from 'node:fs'

const [file, failures] = process.argv.slice(2)
let counted = { numPassedTests: 0, numFailedTests: 0, success: false }
try {
  counted = JSON.parse(readFileSync(file, 'utf8'))
} catch (error) {
  console.log(`no test results: ${error.message}`)
}
const failed =
  counted.numFailedTests + (counted.numFailedTests === 0 && (Number(failures) > 0 || !counted.success) ? 1 : 0)
process.exitCode = failed > 0 || counted.numPassedTests === 0 ? 1 : 0
console.log(`${counted.numPassedTests} passed, ${failed} failed`)
