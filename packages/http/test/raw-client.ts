/** HTTP by hand: bytes as given, answers taken apart. What a library would refuse to send is what these tests are about. */

import { connect, type Socket } from 'node:net'

export interface RawAnswer {
  readonly status: number
  /** Names are small; of a header that stands twice, the last. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: string
}

/** Sends bytes and waits until there are `count` answers, or until the server ends the connection. */
export function exchange(port: number, sent: string | readonly string[], count = 1): Promise<readonly RawAnswer[]> {
  const socket = connect(port, '127.0.0.1')
  socket.setNoDelay(true)
  const answers = readAnswers(socket, count)
  void sendParts(socket, typeof sent === 'string' ? [sent] : sent)
  return answers
}

/** One write a turn of the event loop, so that the server reads them one by one. */
async function sendParts(socket: Socket, parts: readonly string[]): Promise<void> {
  for (const part of parts) {
    if (socket.destroyed) return
    socket.write(part, 'latin1')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** The answers on a connection, which is ended when there are `count`. Rejects when they do not come within the test's time. */
export function readAnswers(socket: Socket, count: number): Promise<readonly RawAnswer[]> {
  return new Promise((resolve, reject) => {
    let received = ''
    const overdue = setTimeout(() => {
      socket.destroy()
      reject(new Error(`no answer after ${PATIENCE_MS} ms; received: ${JSON.stringify(received)}`))
    }, PATIENCE_MS)
    const settle = (): void => {
      clearTimeout(overdue)
      socket.destroy()
      resolve(parseAnswers(received))
    }
    socket.on('data', (bytes) => {
      received += bytes.toString('latin1')
      if (parseAnswers(received).length >= count) settle()
    })
    socket.on('close', settle)
    socket.on('error', () => undefined)
  })
}

const PATIENCE_MS = 10_000

/** The whole answers at the start of what came. Bodies have a Content-Length, or there is none. */
export function parseAnswers(received: string): RawAnswer[] {
  const answers: RawAnswer[] = []
  let rest = received
  for (;;) {
    const end = rest.indexOf('\r\n\r\n')
    if (end === -1) return answers
    const [line = '', ...fields] = rest.slice(0, end).split('\r\n')
    const headers = new Map(
      fields.map((field) => [
        field.slice(0, field.indexOf(':')).toLowerCase(),
        field.slice(field.indexOf(':') + 1).trim(),
      ]),
    )
    const length = Number(headers.get('content-length') ?? 0)
    if (rest.length < end + 4 + length) return answers
    const status = Number(line.split(' ')[1])
    if (status !== 100) answers.push({ status, headers, body: rest.slice(end + 4, end + 4 + length) })
    rest = rest.slice(end + 4 + length)
  }
}

/** A request's head and body. Host is given; the body gets its Content-Length. */
export function raw(line: string, headers: Readonly<Record<string, string>> = {}, body = ''): string {
  const fields = Object.entries({
    Host: 'vault.example',
    ...headers,
    ...(body === '' ? {} : { 'Content-Length': String(Buffer.byteLength(body, 'latin1')) }),
  })
  return `${line} HTTP/1.1\r\n${fields.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
