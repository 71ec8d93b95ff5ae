// A served cluster whose nodes write checkpoints far more often than usual, so that kills hit them. In JavaScript, so that a
// bare process can start it. Arguments: the folder, the storage mode. Prints what is ready, as `fourtwelve serve --json` does.
import { parseServedCluster } from '@fourtwelve/scenario'
import { lockDataFolder } from '../../packages/fourtwelve/dist/data-folder.js'
import { readyOf } from '../../packages/fourtwelve/dist/ready-file.js'
import { serveCluster } from '../../packages/fourtwelve/dist/serve-cluster.js'

const [, , data, storage] = process.argv
const noFile = () => ({ error: 'there are no files' })
const read = parseServedCluster('{ standbys: 2, lag: 20ms }', { file: 'serve-often', readText: noFile })
if ('problems' in read) throw new Error(JSON.stringify(read.problems))

const unlock = lockDataFolder(data)
const serving = await serveCluster({
  served: read.cluster,
  host: '127.0.0.1',
  port: 0,
  controlPort: 0,
  balancer: null,
  tls: null,
  rootToken: 'root',
  storage,
  data,
  checkpointEvery: 100,
  tellWhoServed: true,
  keepsHistory: false,
  died: (node, why) => process.stderr.write(`${node} ended by itself: ${why}\n`),
  wasReset: () => undefined,
})
process.stdout.write(`${JSON.stringify(readyOf(serving, null))}\n`)
process.once('SIGTERM', () => void serving.stop().then(unlock))
