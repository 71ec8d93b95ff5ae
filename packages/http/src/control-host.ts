/** Where the control API listens: the loopback alone, because it asks for no token. Apart, so that knowing it loads no server. */

export const CONTROL_HOST = '127.0.0.1'
