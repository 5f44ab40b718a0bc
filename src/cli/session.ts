/** Opens the pipeline for a command: workspace, connections, keys, network and log as the command line has them. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import manifest from '../../package.json' with { type: 'json' };
import { findConnection } from '../core/connections/choose-connection.ts';
import {
  atBaseUrl,
  defaultConnectionOrder,
  withOwnConnections,
  type Connection,
} from '../core/connections/connection.ts';
import {
  environmentCredentials,
  firstOf,
  type Credentials,
  type OpenaiAccount,
} from '../core/connections/credentials.ts';
import { systemEnvironment } from '../core/environment.ts';
import { ShotlistError } from '../core/errors.ts';
import type { MediaKind } from '../core/generation.ts';
import { personalFolder } from '../core/personal-folder.ts';
import type { Pipeline } from '../core/pipeline.ts';
import { chooseConnectionFor, type Asked, type TargetContext } from '../core/planning/target.ts';
import type { Redactor } from '../core/redaction.ts';
import { findWorkspaceFolder, openWorkspace } from '../core/workspace.ts';
import { resolveAlias } from './aliases.ts';
import type { GlobalOptions, Invocation } from './command.ts';
import { readStdin, type Io } from './io.ts';
import { createLog } from './log.ts';
import { readOwnConnections, readSettings, type PersonalSettings } from './personal-state.ts';
import { createFetch } from './proxy.ts';

export interface Session {
  readonly pipeline: Pipeline;
  readonly settings: PersonalSettings;
  readonly credentials: Credentials;
  /** The connection that the command line names; undefined leaves the choice to workspace and settings. */
  readonly connection: string | undefined;
  /** The model that the command line names, or that its alias of a connection stands for. */
  readonly model: string | undefined;
}

/** What a command will ask for: a key or an address given by flag belongs to the connection that gets it. */
export interface SessionNeeds {
  /** Undefined: nothing is made anew. */
  readonly kind?: MediaKind;
  readonly model?: string | undefined;
  /** How long a video is waited for; undefined leaves it to the settings. */
  readonly windowMinutes?: number | undefined;
}

/** Opens a session, hands it to `work`, and closes it whatever happens. */
export async function withSession<Result>(
  invocation: Invocation,
  work: (session: Session) => Promise<Result>,
  needs: SessionNeeds = {},
): Promise<Result> {
  const { options, io } = invocation;
  const personal = personalFolder(io.variables);
  const [settings, own, workspace] = await Promise.all([
    readSettings(personal),
    readOwnConnections(personal, io.variables),
    workspaceFolder(options, io).then(openWorkspace),
  ]);
  const environment = { ...systemEnvironment(createLog(invocation)), fetch: createFetch(io.variables) };
  const trustedBaseUrl = setVariable(io, 'OPENAI_BASE_URL');
  const apiKey = await givenKey(invocation);
  const defined = withOwnConnections(own.connections).map((connection) =>
    connection.id === 'openai' && trustedBaseUrl !== undefined ? atBaseUrl(connection, trustedBaseUrl) : connection,
  );
  const stored = firstOf(own.credentials, environmentCredentials(io.variables, trustedBaseUrl));
  const named = resolveAlias(options.connection, defined);
  const model = needs.model ?? named.model;
  const isRedirected = apiKey !== undefined || options.baseUrl !== undefined;
  const target = isRedirected
    ? await chooseFlagTarget(
        { kind: needs.kind, model, connection: named.connection },
        { workspace, connections: defined, credentials: stored, defaults: settings, now: environment.clock.now() },
      )
    : undefined;
  const connections = defined.map((connection) =>
    connection.id === target?.id && options.baseUrl !== undefined ? atBaseUrl(connection, options.baseUrl) : connection,
  );
  const credentials = watched(
    firstOf(
      {
        find: ({ id }) =>
          Promise.resolve(
            id === target?.id && apiKey !== undefined ? { value: apiKey, source: '--api-key' } : undefined,
          ),
      },
      stored,
    ),
    invocation.secrets,
  );
  const { windowMinutes } = needs;
  const { createPipeline } = await import('../core/create-pipeline.ts');
  const pipeline = await createPipeline({
    workspace,
    connections,
    credentials,
    account: accountOf(io),
    environment,
    personalFolder: personal,
    defaults: { ...settings, ...(windowMinutes === undefined ? {} : { videoWindowMinutes: windowMinutes }) },
    tool: `shotlist ${manifest.version}`,
  });
  try {
    return await work({ pipeline, settings, credentials, connection: target?.id ?? named.connection, model });
  } finally {
    await pipeline.dispose();
  }
}

/** The connection that `--api-key` and `--base-url` are for: the one that will be used. */
async function chooseFlagTarget(
  { kind, model, connection }: { readonly kind: MediaKind | undefined } & Omit<Asked, 'kind'>,
  context: TargetContext,
): Promise<Connection> {
  if (kind !== undefined) return chooseConnectionFor({ kind, model, connection }, context);
  const usual = context.workspace.config.connection ?? context.defaults.connection;
  return findConnection(connection ?? usual ?? defaultConnectionOrder[0], context.connections);
}

async function workspaceFolder(options: GlobalOptions, io: Io): Promise<string> {
  if (options.workspace === undefined) return findWorkspaceFolder(io.folder);
  const folder = resolve(io.folder, options.workspace);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return folder;
  throw new ShotlistError('not_found', `There is no workspace folder ${folder}.`);
}

async function givenKey({ options, io, output }: Invocation): Promise<string | undefined> {
  const { apiKey } = options;
  if (apiKey === undefined) return undefined;
  if (apiKey !== '-') {
    output.warn(
      'Other users of this machine can read --api-key in the list of processes; `--api-key -` reads the key from standard input.',
    );
  }
  const key = (apiKey === '-' ? await readStdin(io, 'the key') : apiKey).trim();
  if (key !== '') return key;
  throw new ShotlistError('invalid_request', 'The key is empty.', {
    hint:
      apiKey === '-'
        ? 'Pass it on standard input: shotlist … --api-key - < key.txt'
        : 'Leave out --api-key to use the key of the environment.',
  });
}

/** Every key that is handed out is kept out of what is printed. */
function watched(credentials: Credentials, secrets: Redactor): Credentials {
  return {
    async find(connection) {
      const key = await credentials.find(connection);
      secrets.add(key?.value);
      return key;
    },
  };
}

function accountOf(io: Io): OpenaiAccount {
  const organization = setVariable(io, 'OPENAI_ORG_ID');
  const project = setVariable(io, 'OPENAI_PROJECT_ID') ?? setVariable(io, 'OPENAI_PROJECT');
  return {
    ...(organization === undefined ? {} : { organization }),
    ...(project === undefined ? {} : { project }),
  };
}

function setVariable(io: Io, name: string): string | undefined {
  const value = io.variables[name]?.trim();
  return value === '' ? undefined : value;
}
