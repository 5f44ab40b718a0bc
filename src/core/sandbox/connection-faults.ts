/** What `fetch` of Node rejects with when a connection fails, so that callers meet the real shapes. */

/** Before a byte was sent. */
export function refusedConnection(): TypeError {
  return failedFetch('connect ECONNREFUSED 127.0.0.1:443', { code: 'ECONNREFUSED', errno: -111, syscall: 'connect' });
}

/** Before a byte was sent: the name has no address. */
export function unknownHost(): TypeError {
  return failedFetch('getaddrinfo ENOTFOUND sandbox.shotlist.invalid', {
    code: 'ENOTFOUND',
    errno: -3008,
    syscall: 'getaddrinfo',
    hostname: 'sandbox.shotlist.invalid',
  });
}

/** After the request was sent: nobody knows what the server did. */
export function resetConnection(): TypeError {
  return failedFetch('read ECONNRESET', { code: 'ECONNRESET', errno: -104, syscall: 'read' });
}

/** In the middle of an answer's body. */
export function brokenBody(): TypeError {
  const cause = Object.assign(new Error('other side closed'), { name: 'SocketError', code: 'UND_ERR_SOCKET' });
  return new TypeError('terminated', { cause });
}

function failedFetch(message: string, properties: Readonly<Record<string, unknown>>): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(message), properties) });
}
