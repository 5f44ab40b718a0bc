/** `shotlist auth`: checks a key with a call that costs nothing. */
import { join } from 'node:path';
import type { Command } from 'commander';
import { originOf, type Connection } from '../../core/connections/connection.ts';
import { ShotlistError } from '../../core/errors.ts';
import { personalFolder } from '../../core/personal-folder.ts';
import type { Act, Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { connectionsFileName } from '../personal-state.ts';
import { plural } from '../words.ts';
import { withSession } from '../session.ts';

export function configureAuth(command: Command, act: Act): void {
  command
    .usage('[CONNECTION] [OPTIONS]')
    .argument('[CONNECTION]', 'connection to check (default: the one that would be used)')
    .addHelpText('after', help)
    .action(act(runAuth));
}

const help = (): string => `
Examples:
  shotlist auth
  shotlist auth openai
  shotlist auth google
  shotlist auth vertex
  shotlist auth --api-key - < key.txt

Your own connections are in
  ${join(personalFolder(process.env), connectionsFileName)}
which only you may be able to read (chmod 600). For example:
  { "connections": [
      { "id": "gateway", "baseUrl": "https://gateway.example/v1", "keyVariable": "GATEWAY_KEY" },
      { "id": "azure", "baseUrl": "https://NAME.openai.azure.com/openai/v1", "keyHeader": "api-key", "key": "…",
        "models": { "my-deployment": "gpt-image-2" } },
      { "id": "local", "baseUrl": "http://localhost:8000/v1", "needsKey": false },
      { "id": "vertex", "project": "my-project", "location": "us-central1" }
  ] }
settings.json beside it takes the keys of shotlist.json, as your own defaults and limits.`;

async function runAuth(invocation: Invocation): Promise<number> {
  const { options, output } = invocation;
  const [argument] = invocation.arguments;
  if (argument !== undefined && options.connection !== undefined && argument !== options.connection) {
    throw new ShotlistError('invalid_request', `Check ${argument} or ${options.connection}? Name one connection.`);
  }
  const named = argument ?? options.connection;
  const chosen = { ...invocation, options: { ...options, ...(named === undefined ? {} : { connection: named }) } };
  return withSession(chosen, async ({ pipeline, credentials, connection: id }) => {
    const { connection, models } = await pipeline.checkConnection(id);
    const key = await credentials.find(connection);
    const where = connection.embedded ? 'in this program' : originOf(connection);
    const source = key === undefined ? withoutKey(connection) : `key from ${key.source}`;
    output.print(`${connection.id}: OK, ${source}, ${plural(models, 'model')} (${where})`);
    output.document({
      ok: true,
      connection: connection.id,
      baseUrl: connection.baseUrl,
      ...(key === undefined ? {} : { keySource: key.source }),
      models,
    });
    return exitCodes.done;
  });
}

/** Google's cloud knows the person by what `gcloud auth application-default login` left. */
function withoutKey({ project }: Connection): string {
  return project === undefined ? 'no key' : `application default credentials, project ${project}`;
}
