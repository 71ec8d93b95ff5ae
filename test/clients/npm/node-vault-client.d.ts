/** What is used of node-vault-client, which comes without types. */

declare module 'node-vault-client' {
  interface Lease {
    getValue(key: 'data'): unknown
    getValue(key: 'keys'): readonly string[]
  }
  export default class VaultClient {
    constructor(options: {
      readonly api: { readonly url: string }
      readonly auth: { readonly type: 'token' | 'appRole'; readonly config: Readonly<Record<string, string>> }
      readonly logger: false
    })
    read(path: string): Promise<Lease>
    list(path: string): Promise<Lease>
    write(path: string, data: object): Promise<{ readonly auth: { readonly client_token: string } }>
  }
}
