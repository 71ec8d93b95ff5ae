#!/usr/bin/env node
// npm links a bin only if its file exists at install time, so this entry is checked in and imports the build.
import module from 'node:module'

// What was compiled once need not be compiled again, where Node can keep it (22.8 and later). Threads find it by the environment.
const kept = module.enableCompileCache?.()
if (kept?.directory !== undefined) process.env.NODE_COMPILE_CACHE ??= kept.directory

const { main } = await import('../dist/main.js')
process.exitCode = await main(process.argv.slice(2))
