import type * as vscode from 'vscode';
import { createPipeline } from '../core/create-pipeline.ts';
import { systemEnvironment } from '../core/environment.ts';
import { personalFolder } from '../core/personal-folder.ts';
import type { PersonalDefaults, Pipeline, PipelineOptions } from '../core/pipeline.ts';
import { openWorkspace, type Workspace } from '../core/workspace.ts';
import { connectionsOf, credentialsOf } from './connections.ts';
import type { Services } from './services.ts';
import { readSettings, type Settings } from './settings.ts';
import type { Lease } from './shared-pool.ts';
import { requireTrust } from './trust.ts';

export interface Door {
  readonly workspace: Workspace;
  readonly settings: Settings;
  readonly defaults: PersonalDefaults;
  /** One for all commands that use the same folder and settings at the same time, so that limits hold over all. */
  pipeline(): Promise<Lease<Pipeline>>;
}

/**
 * The way into the core for a folder.
 * @throws ShotlistError `untrusted_workspace`, `invalid_request` for wrong settings or a wrong shotlist.json
 */
export async function openDoor(services: Services, home: vscode.Uri): Promise<Door> {
  requireTrust();
  const settings = readSettings(home);
  const workspace = await openWorkspace(home.fsPath);
  const connections = connectionsOf(settings);
  const defaults: PersonalDefaults = {
    connection: settings.connection,
    models: { image: settings.imageModel, video: settings.videoModel },
    outputFolder: settings.outputFolder,
    outputName: settings.outputName,
    videoWindowMinutes: settings.videoWindowMinutes,
  };
  const options: PipelineOptions = {
    workspace,
    connections,
    credentials: credentialsOf(services),
    environment: systemEnvironment(services.log),
    personalFolder: personalFolder(process.env),
    defaults,
    tool: `shotlist ${versionOf(services)}`,
  };
  return {
    workspace,
    settings,
    defaults,
    pipeline: () =>
      services.pipelines.acquire(JSON.stringify([workspace, connections, defaults]), async () =>
        createPipeline(options),
      ),
  };
}

export function versionOf(services: Services): string {
  return String((services.context.extension.packageJSON as { version: unknown }).version);
}
