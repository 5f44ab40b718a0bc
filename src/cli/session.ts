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
import { personalFolder } from '../core/personal-folder.ts';
import type { Pipeline } from '../core/pipeline.ts';
import type { Redactor } from '../core/redaction.ts';
import { findWorkspaceFolder, openWorkspace } from '../core/workspace.ts';
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
}

/** Opens a session, hands it to `work`, and closes it whatever happens. */
export async function withSession<Result>(
  invocation: Invocation,
  work: (session: Session) => Promise<Result>,
): Promise<Result> {
  const { options, io } = invocation;
  const personal = personalFolder(io.variables);
  const [settings, own, workspace] = await Promise.all([
    readSettings(personal),
    readOwnConnections(personal, io.variables),
    workspaceFolder(options, io).then(openWorkspace),
  ]);
  const trustedBaseUrl = setVariable(io, 'OPENAI_BASE_URL');
  const chosen = options.connection ?? workspace.config.connection ?? settings.connection;
  // a key or an address given by flag belongs to the connection that will be used
  const target = chosen ?? defaultConnectionOrder[0];
  const connections = connectionsAt(withOwnConnections(own.connections), target, options.baseUrl, trustedBaseUrl);
  const apiKey = await givenKey(invocation);
  if (apiKey !== undefined) findConnection(target, connections);
  const credentials = watched(
    firstOf(
      {
        find: ({ id }) =>
          Promise.resolve(id === target && apiKey !== undefined ? { value: apiKey, source: '--api-key' } : undefined),
      },
      own.credentials,
      environmentCredentials(io.variables, trustedBaseUrl),
    ),
    invocation.secrets,
  );
  const { createPipeline } = await import('../core/create-pipeline.ts');
  const pipeline = await createPipeline({
    workspace,
    connections,
    credentials,
    account: accountOf(io),
    environment: {
      ...systemEnvironment(createLog(invocation)),
      fetch: createFetch(io.variables),
    },
    personalFolder: personal,
    defaults: settings,
    tool: `shotlist ${manifest.version}`,
  });
  try {
    const connection = options.connection ?? (options.baseUrl === undefined ? undefined : target);
    return await work({ pipeline, settings, credentials, connection });
  } finally {
    await pipeline.dispose();
  }
}

async function workspaceFolder(options: GlobalOptions, io: Io): Promise<string> {
  if (options.workspace === undefined) return findWorkspaceFolder(io.folder);
  const folder = resolve(io.folder, options.workspace);
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() === true) return folder;
  throw new ShotlistError('not_found', `There is no workspace folder ${folder}.`);
}

function connectionsAt(
  connections: readonly Connection[],
  target: string,
  baseUrl: string | undefined,
  trustedBaseUrl: string | undefined,
): Connection[] {
  if (baseUrl !== undefined) findConnection(target, connections);
  return connections.map((connection) => {
    if (connection.id === target && baseUrl !== undefined) return atBaseUrl(connection, baseUrl);
    return connection.id === 'openai' && trustedBaseUrl !== undefined
      ? atBaseUrl(connection, trustedBaseUrl)
      : connection;
  });
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
        : 'Leave out --api-key to use OPENAI_API_KEY.',
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
