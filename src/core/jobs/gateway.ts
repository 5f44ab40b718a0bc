/** What a job needs to reach its provider: connection, key, SDK and limiter, made on first use. */
import { join } from 'node:path';
import { resolveModel, wireModelName } from '../catalog/catalog.ts';
import type { Model } from '../catalog/model.ts';
import { findConnection } from '../connections/choose-connection.ts';
import { originOf, type Connection } from '../connections/connection.ts';
import { keyFor } from '../connections/credentials.ts';
import { googleTokenFor, type GoogleTokenSource } from '../connections/google-token.ts';
import { keyHeader } from '../connections/key-header.ts';
import type { FetchFunction } from '../environment.ts';
import { ShotlistError } from '../errors.ts';
import { loggedFetch } from '../network/logged-fetch.ts';
import type { Protocol, Request } from '../generation.ts';
import { withObserver } from '../network/fetch-wrappers.ts';
import type { PipelineOptions } from '../pipeline.ts';
import { loadProvider, type CallContext, type Provider } from '../providers/provider.ts';
import type { Job } from './job.ts';
import type { Sandbox } from '../sandbox/sandbox.ts';
import { createLimiter, type Limiter } from './limiter.ts';

export interface Gateway {
  readonly connection: Connection;
  readonly model: Model;
  readonly wireModel: string;
  readonly provider: Provider;
  readonly limiter: Limiter;
  readonly keyHeaders: Readonly<Record<string, string>>;
  context(signal: AbortSignal): CallContext;
}

export interface Gateways {
  /** @throws ShotlistError `not_found` (connection), `missing_key`, `invalid_request` (issued by another origin) */
  open(job: Pick<Job, 'request' | 'origin'>): Promise<Gateway>;
  /** The wire of a connection without a job. @throws ShotlistError `not_found`, `missing_key` */
  call(
    connection: Connection,
    protocol: Protocol,
    signal: AbortSignal,
  ): Promise<{ provider: Provider; context: CallContext }>;
  /** Ends the sandbox, where it was used. */
  dispose(): Promise<void>;
}

export function createGateways(options: PipelineOptions): Gateways {
  const { connections, credentials, account, environment } = options;
  const limiters = new Map<string, Limiter>();
  const tokens = new Map<string, GoogleTokenSource | undefined>();
  let sandbox: Promise<Sandbox> | undefined;

  const limiterOf = (connection: Connection): Limiter => {
    const limiter = limiters.get(connection.id) ?? createLimiter(connection, environment);
    limiters.set(connection.id, limiter);
    return limiter;
  };
  const tokenOf = (connection: Connection): GoogleTokenSource | undefined => {
    // one source for all jobs of a connection: it remembers its token
    if (!tokens.has(connection.id)) tokens.set(connection.id, googleTokenFor(connection, options.googleToken));
    return tokens.get(connection.id);
  };
  const fetchOf = async (connection: Connection): Promise<FetchFunction> => {
    if (!connection.embedded) return environment.fetch;
    sandbox ??= import('../sandbox/sandbox.ts').then(({ createSandbox }) =>
      createSandbox({
        clock: environment.clock,
        random: environment.random,
        stateFolder: join(options.personalFolder, 'sandbox'),
      }),
    );
    return (await sandbox).fetch;
  };
  const contextMaker = async (connection: Connection): Promise<(signal: AbortSignal) => CallContext> => {
    const key = await keyFor(connection, credentials);
    const fetch = loggedFetch(await fetchOf(connection), environment);
    const limiter = limiterOf(connection);
    const googleToken = tokenOf(connection);
    return (signal) => ({
      connection,
      key: key?.value,
      ...(account === undefined ? {} : { account }),
      ...(googleToken === undefined ? {} : { googleToken }),
      fetch: withObserver(fetch, (headers, status) => limiter.observe(headers, status)),
      signal,
      now: () => environment.clock.now(),
    });
  };
  const modelOf = (request: Request, connection: Connection): Model =>
    resolveModel(request.model, request.kind, connection, environment.clock.now());

  return {
    async open({ request, origin }) {
      const connection = findConnection(request.connection, connections);
      if (originOf(connection) !== origin) {
        throw new ShotlistError(
          'invalid_request',
          `This job belongs to ${origin}, and the connection "${connection.id}" now leads to ${originOf(connection)}.`,
          { hint: 'Give the same base URL as when it was made.' },
        );
      }
      const model = modelOf(request, connection);
      const context = await contextMaker(connection);
      const { key } = context(new AbortController().signal);
      return {
        connection,
        model,
        wireModel: wireModelName(model.id, connection),
        provider: await loadProvider(model.protocol),
        limiter: limiterOf(connection),
        keyHeaders: keyHeader(connection, key),
        context,
      };
    },
    async call(connection, protocol, signal) {
      return { provider: await loadProvider(protocol), context: (await contextMaker(connection))(signal) };
    },
    async dispose() {
      await (await sandbox)?.dispose();
    },
  };
}
