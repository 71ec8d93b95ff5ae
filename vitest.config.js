import { defineConfig } from 'vitest/config'

// CI reads the results from a file; a person reads them on the screen.
const resultsFile = process.env.FOURTWELVE_TEST_RESULTS

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    testTimeout: 60_000,
    setupFiles: ['test/property-report.ts'],
    reporters: resultsFile === undefined ? ['default'] : ['default', ['json', { outputFile: resultsFile }]],
  },
})
