#!/usr/bin/env node
// npm links a bin only if its file exists at install time, so this entry is checked in and imports the build.
import { main } from '../dist/main.js'

process.exitCode = await main(process.argv.slice(2))
