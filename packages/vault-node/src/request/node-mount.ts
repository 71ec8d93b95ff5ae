/** The mount of paths that belong to no mount: what a node answers about itself. */

import type { Mount } from './mount.ts'

export const nodeMount: Mount = {
  path: 'sys/',
  type: 'system',
  accessor: '',
  uuid: '',
  description: '',
  options: null,
  defaultLeaseTtl: 0,
  maxLeaseTtl: 0,
  local: true,
  tokenType: 'default-service',
}
