// The few harmless globals that every JavaScript runtime has and that lib ES2023 does not declare.
// Pure packages see these and nothing else of their host: no clock, no timer, no network.
declare class TextEncoder {
  encode(text?: string): Uint8Array
}
declare class TextDecoder {
  constructor(encoding?: string, options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(bytes?: Uint8Array): string
}
