/** What went wrong on the way to a server, read from the many shapes in which Node, undici and Electron say it. */

export interface NetworkFault {
  readonly kind: 'unreachable' | 'dns' | 'tls' | 'proxy' | 'timeout' | 'dropped';
  /** Nothing of the request can have reached the server. */
  readonly beforeSending: boolean;
  /** The technical name, for example `ECONNREFUSED`. */
  readonly code: string;
}

const unreachableCodes = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EHOSTDOWN',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'UND_ERR_CONNECT_TIMEOUT',
  'ERR_CONNECTION_REFUSED',
  'ERR_ADDRESS_UNREACHABLE',
  'ERR_INTERNET_DISCONNECTED',
  'ERR_CONNECTION_TIMED_OUT',
]);
const dnsCodes = new Set(['ENOTFOUND', 'EAI_AGAIN', 'EAI_NODATA', 'EAI_NONAME', 'EAI_FAIL', 'ERR_NAME_NOT_RESOLVED']);
const timeoutCodes = new Set(['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT', 'ERR_TIMED_OUT']);
const droppedCodes = new Set([
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'ERR_CONNECTION_RESET',
  'ERR_CONNECTION_CLOSED',
  'ERR_EMPTY_RESPONSE',
  'ERR_NETWORK_CHANGED',
  'ERR_HTTP2_PROTOCOL_ERROR',
  'ERR_STREAM_PREMATURE_CLOSE',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
]);
const tlsCode =
  /^(?:ERR_SSL_|ERR_TLS_|ERR_CERT_|CERT_|EPROTO$|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_(?:VERIFY|GET_ISSUER)|HOSTNAME_MISMATCH)/;
/** Faults of TLS that can also come in the middle of a conversation; the others end the handshake. */
const lateTlsCode =
  /^(?:ERR_SSL_(?!WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|UNSUPPORTED_PROTOCOL)|EPROTO$)/;
const maxDepth = 8;

/** The fault behind an error, or undefined where the network isn't to blame. Walks `cause` and aggregated errors. */
export function networkFault(error: unknown): NetworkFault | undefined {
  const chain = [...causesOf(error)];
  for (const link of chain) {
    const fault = faultOf(link);
    if (fault !== undefined) return fault;
  }
  // fetch says no more than this where it was cut off in the middle of an answer
  const cutOff = chain.some((link) => link instanceof TypeError && /^(?:terminated|fetch failed)$/.test(link.message));
  return cutOff ? { kind: 'dropped', beforeSending: false, code: 'unknown' } : undefined;
}

function faultOf(error: object): NetworkFault | undefined {
  const message = 'message' in error ? String(error.message) : '';
  const code =
    'code' in error && typeof error.code === 'string'
      ? error.code
      : (/\bnet::(ERR_[A-Z0-9_]+)/.exec(message)?.[1] ?? '');
  const connecting = 'syscall' in error && (error.syscall === 'connect' || error.syscall === 'getaddrinfo');
  if (
    /^Proxy response \(\d+\)/.test(message) ||
    code === 'ERR_PROXY_CONNECTION_FAILED' ||
    code === 'ERR_TUNNEL_CONNECTION_FAILED'
  ) {
    return { kind: 'proxy', beforeSending: true, code: message === '' ? code : message.slice(0, 40) };
  }
  if (dnsCodes.has(code)) return { kind: 'dns', beforeSending: true, code };
  if (tlsCode.test(code)) return { kind: 'tls', beforeSending: !lateTlsCode.test(code), code };
  if (unreachableCodes.has(code) || connecting) return { kind: 'unreachable', beforeSending: true, code };
  if (message === 'bad port') return { kind: 'unreachable', beforeSending: true, code: message };
  if (timeoutCodes.has(code)) return { kind: 'timeout', beforeSending: false, code };
  if (droppedCodes.has(code)) return { kind: 'dropped', beforeSending: false, code };
  return undefined;
}

function* causesOf(error: unknown): Generator<object> {
  let current = error;
  for (let depth = 0; depth < maxDepth && typeof current === 'object' && current !== null; depth++) {
    yield current;
    if (current instanceof AggregateError)
      yield* current.errors.filter((each) => typeof each === 'object' && each !== null);
    current = 'cause' in current ? current.cause : undefined;
  }
}

export interface NetworkFaultDescription {
  readonly code: 'connection_failed' | 'timeout';
  readonly message: string;
  readonly hint?: string;
  readonly retryable: boolean;
  /** What the fault means for a paid call. */
  readonly maybeCharged: boolean;
}

const mendings: Readonly<Record<NetworkFault['kind'], { readonly hint?: string; readonly retryable: boolean }>> = {
  dns: { hint: 'Check the network connection and the base URL of the connection.', retryable: true },
  unreachable: {
    hint: 'Check the network connection, the proxy settings and the base URL of the connection.',
    retryable: true,
  },
  tls: {
    hint: 'If the network or the server uses a certificate of its own, name its file in the environment variable NODE_EXTRA_CA_CERTS.',
    retryable: false,
  },
  proxy: { hint: 'Check the proxy settings (HTTPS_PROXY and NO_PROXY, or http.proxy in VS Code).', retryable: false },
  timeout: { retryable: true },
  dropped: { retryable: true },
};

/** The fault as an error's code, sentence and hint. */
export function describeNetworkFault(fault: NetworkFault, host: string): NetworkFaultDescription {
  const messages: Readonly<Record<NetworkFault['kind'], string>> = {
    dns: `The address of ${host} can't be found (${fault.code}).`,
    unreachable: `${host} can't be reached (${fault.code}).`,
    tls: `There is no trusted connection to ${host} (${fault.code}).`,
    proxy: `The proxy refuses the connection to ${host} (${fault.code}).`,
    timeout: `${host} did not answer in time.`,
    dropped: `The connection to ${host} broke off.`,
  };
  const plainHttp = { hint: 'The server seems to speak http, not https: check the base URL of the connection.' };
  return {
    code: fault.kind === 'timeout' ? 'timeout' : 'connection_failed',
    message: messages[fault.kind],
    ...mendings[fault.kind],
    ...(fault.code === 'ERR_SSL_WRONG_VERSION_NUMBER' ? plainHttp : {}),
    maybeCharged: !fault.beforeSending,
  };
}
