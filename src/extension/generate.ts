import * as vscode from 'vscode';
import { defaultModels, findModel } from '../core/catalog/catalog.ts';
import { formatUsd } from '../core/catalog/price.ts';
import { originOf, type Connection } from '../core/connections/connection.ts';
import { ShotlistError } from '../core/errors.ts';
import type { Plan } from '../core/generation.ts';
import type { RunResult } from '../core/jobs/job.ts';
import { confirmLimits, isLarge, sizeOfPlan, type PlanSize } from '../core/planning/plan-size.ts';
import type { Draft, Pipeline } from '../core/pipeline.ts';
import type { Outcome } from './command.ts';
import { cancelled, readyConnection } from './connections.ts';
import { openDoor, type Door } from './pipelines.ts';
import type { Place } from './places.ts';
import { runWithProgress } from './run-with-progress.ts';
import type { Services } from './services.ts';
import { showError, type Situation } from './show-error.ts';
import { showResult } from './show-result.ts';

export interface Generation {
  readonly home: vscode.Uri;
  readonly prompt: string;
  readonly inputs?: Draft['inputs'];
  /** Wins over all defaults. */
  readonly model?: string;
  /** Where the command came from, for *Insert in Editor*. */
  readonly place: Place | undefined;
}

/** From a prompt to pictures in the workspace: plan, ask where it is dear, run, show. Errors are shown here. */
export async function generate(services: Services, generation: Generation): Promise<Outcome> {
  let connection: Connection | undefined;
  let door: Door | undefined;
  try {
    door = await openDoor(services, generation.home);
    connection = await readyConnection(services, door.settings, door.workspace.config);
    // opened again: the answer to a first question is a setting
    door = await openDoor(services, generation.home);
    await using lease = await door.pipeline();
    const { plan, result } = await run(services, lease.value, door, connection, generation);
    const situation = situationOf(services, connection, generation, door);
    await showResult(services, { ...generation, connection, plan, result, settings: door.settings, situation });
    const failed = result.jobs.find((job) => job.error !== undefined)?.error;
    const ok = result.jobs.every((job) => job.status === 'done');
    return { ok, ...result, ...(failed === undefined ? {} : { error: failed }) };
  } catch (thrown) {
    return { ok: false, error: showError(services, thrown, situationOf(services, connection, generation, door)) };
  }
}

async function run(
  services: Services,
  pipeline: Pipeline,
  door: Door,
  connection: Connection,
  generation: Generation,
): Promise<{ plan: Plan; result: RunResult }> {
  const draft: Draft = {
    kind: 'image',
    prompt: generation.prompt,
    connection: connection.id,
    ...(generation.inputs === undefined ? {} : { inputs: generation.inputs }),
    ...(generation.model === undefined ? {} : { model: generation.model }),
  };
  const plan = await pipeline.plan([draft]);
  for (const warning of plan.warnings) services.log.warn(warning);
  const size = sizeOfPlan(plan);
  const model = plan.jobs[0]?.request.model ?? '';
  // the sandbox charges nothing, however much it is asked for
  if (!connection.embedded) await confirmSize(services, size, model, door, connection);
  const title = vscode.l10n.t('Shotlist: making {0} with {1}', countText(size.images), model);
  const result = await runWithProgress(services, title, size.images, (options) => pipeline.run(plan, options));
  return { plan, result };
}

export function countText(images: number): string {
  return images === 1 ? vscode.l10n.t('1 image') : vscode.l10n.t('{0} images', images);
}

async function confirmSize(
  services: Services,
  size: PlanSize,
  model: string,
  door: Door,
  connection: Connection,
): Promise<void> {
  if (!isLarge(size, confirmLimits(door.settings.limits, door.workspace.config.confirmAbove))) return;
  const price = size.unpriced
    ? vscode.l10n.t('The price is not known.')
    : vscode.l10n.t('About {0}, at most {1}.', formatUsd(size.usd), formatUsd(size.upperUsd));
  const yes = await services.dialogs.decide(
    vscode.l10n.t('Make {0} with {1}?', countText(size.images), model),
    vscode.l10n.t('{0} Charged by {1} ({2}).', price, connection.label, new URL(originOf(connection)).host),
    [{ label: vscode.l10n.t('Make {0}', countText(size.images)), value: true }],
  );
  if (yes !== true) throw cancelled();
}

function situationOf(
  services: Services,
  connection: Connection | undefined,
  generation: Generation,
  door: Door | undefined,
): Situation {
  const model =
    generation.model ?? door?.workspace.config.models?.image ?? door?.settings.imageModel ?? defaultModels.image ?? '';
  const replacement = findModel(model)?.lifecycle.replacement;
  return {
    connection,
    repeat: () => generate(services, generation),
    replacement:
      replacement === undefined
        ? undefined
        : { model: replacement, use: () => useReplacement(services, generation, model, replacement) },
  };
}

/** For this picture, and from now on where the setting names the retired model. */
async function useReplacement(
  services: Services,
  generation: Generation,
  retired: string,
  replacement: string,
): Promise<void> {
  const configuration = vscode.workspace.getConfiguration('shotlist', generation.home);
  const values = configuration.inspect<string>('imageModel');
  const targets = [
    [values?.workspaceFolderValue, vscode.ConfigurationTarget.WorkspaceFolder],
    [values?.workspaceValue, vscode.ConfigurationTarget.Workspace],
    [values?.globalValue, vscode.ConfigurationTarget.Global],
  ] as const;
  for (const [value, target] of targets) {
    if (value === retired) await configuration.update('imageModel', replacement, target);
  }
  await generate(services, { ...generation, model: replacement });
}

/** @throws ShotlistError `invalid_request` */
export function requirePrompt(prompt: string, hint: string): string {
  if (prompt.trim() === '') throw new ShotlistError('invalid_request', vscode.l10n.t('There is no prompt.'), { hint });
  return prompt.trim();
}
