import * as vscode from 'vscode';
import { defaultModels, findModel } from '../core/catalog/catalog.ts';
import type { Connection } from '../core/connections/connection.ts';
import { ShotlistError } from '../core/errors.ts';
import type { MediaKind, Plan } from '../core/generation.ts';
import { sizeOfPlan } from '../core/planning/plan-size.ts';
import type { Asked, Target } from '../core/planning/target.ts';
import type { Draft, Pipeline } from '../core/pipeline.ts';
import type { Outcome } from './command.ts';
import { confirmSame, confirmSize } from './confirm-plan.ts';
import { countText } from './media-count.ts';
import { openDoor, type Door } from './pipelines.ts';
import type { Place } from './places.ts';
import { runWithProgress } from './run-with-progress.ts';
import type { Services } from './services.ts';
import { showError, type Situation } from './show-error.ts';
import { showResult } from './show-result.ts';
import { readyTarget } from './target.ts';
import { chooseVideo, type VideoWish } from './video/choose-video.ts';

interface GenerationBase {
  readonly home: vscode.Uri;
  readonly prompt: string;
  /** Wins over all defaults, as does the connection. */
  readonly model?: string | undefined;
  readonly connection?: string | undefined;
  /** Where the command came from, for *Insert in Editor*. */
  readonly place: Place | undefined;
}

/** What is asked for, before anything of it has been checked. */
export type Generation =
  | (GenerationBase & { readonly kind: 'image'; readonly inputs?: Draft['inputs'] })
  | (GenerationBase & VideoWish & { readonly kind: 'video' });

interface Planned {
  readonly connection: Connection;
  readonly plan: Plan;
}

/** From a prompt to files in the workspace: plan, ask where it is dear, run, show. Errors are shown here. */
export async function generate(services: Services, generation: Generation): Promise<Outcome> {
  let connection: Connection | undefined;
  let door: Door | undefined;
  try {
    door = await openDoor(services, generation.home);
    const target = await readyTarget(services, door, askedBy(generation));
    connection = target.connection;
    // opened again: the answer to a first question is a setting
    door = await openDoor(services, generation.home);
    await using lease = await door.pipeline();
    const planned = await planGeneration(services, lease.value, door, generation, target);
    connection = planned.connection;
    await confirmPlan(services, lease.value, door, generation, planned);
    const { plan } = planned;
    const made = countText(sizeOfPlan(plan).images, generation.kind);
    const title = vscode.l10n.t('Shotlist: making {0} with {1}', made, plan.jobs[0]?.request.model ?? '');
    const { kind, home } = generation;
    const result = await runWithProgress(
      services,
      { title, kind, home, total: sizeOfPlan(plan).images },
      lease.value,
      (options) => lease.value.run(plan, options),
    );
    const situation = situationOf(services, connection, generation, door);
    await showResult(services, { ...generation, connection, plan, result, settings: door.settings, situation });
    const failed = result.jobs.find((job) => job.error !== undefined)?.error;
    const ok = result.jobs.every((job) => job.status === 'done');
    return { ok, ...result, ...(failed === undefined ? {} : { error: failed }) };
  } catch (thrown) {
    return { ok: false, error: showError(services, thrown, situationOf(services, connection, generation, door)) };
  }
}

function askedBy({ kind, connection, model }: Generation): Asked {
  return { kind, connection, model };
}

async function planGeneration(
  services: Services,
  pipeline: Pipeline,
  door: Door,
  generation: Generation,
  { connection, model }: Target,
): Promise<Planned> {
  if (generation.kind === 'video' && model.kind === 'video')
    return chooseVideo(services, pipeline, door.settings, generation, { connection, model });
  const { kind, prompt, inputs } = generation;
  const draft: Draft = {
    kind,
    prompt,
    connection: connection.id,
    model: model.id,
    ...(inputs === undefined ? {} : { inputs }),
  };
  return { connection, plan: await pipeline.plan([draft]) };
}

async function confirmPlan(
  services: Services,
  pipeline: Pipeline,
  door: Door,
  { kind, home }: Generation,
  { connection, plan }: Planned,
): Promise<void> {
  for (const warning of plan.warnings) services.log.warn(warning);
  if (kind === 'video') await confirmSame(services, await pipeline.findSame(plan), home, connection);
  // the sandbox charges nothing, however much it is asked for
  if (!connection.embedded) await confirmSize(services, plan, kind, door, connection);
}

function situationOf(
  services: Services,
  connection: Connection | undefined,
  generation: Generation,
  door: Door | undefined,
): Situation {
  const { kind } = generation;
  const usual = door?.workspace.config.models?.[kind] ?? door?.defaults.models?.[kind] ?? defaultModels[kind];
  const model = generation.model ?? usual ?? '';
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

/** For this one, and from now on where the setting names the retired model. */
async function useReplacement(
  services: Services,
  generation: Generation,
  retired: string,
  replacement: string,
): Promise<void> {
  const name = settingOf(generation.kind);
  const configuration = vscode.workspace.getConfiguration('shotlist', generation.home);
  const values = configuration.inspect<string>(name);
  const targets = [
    [values?.workspaceFolderValue, vscode.ConfigurationTarget.WorkspaceFolder],
    [values?.workspaceValue, vscode.ConfigurationTarget.Workspace],
    [values?.globalValue, vscode.ConfigurationTarget.Global],
  ] as const;
  for (const [value, target] of targets) {
    if (value === retired) await configuration.update(name, replacement, target);
  }
  await generate(services, { ...generation, model: replacement });
}

function settingOf(kind: MediaKind): 'imageModel' | 'videoModel' {
  return kind === 'video' ? 'videoModel' : 'imageModel';
}

/** @throws ShotlistError `invalid_request` */
export function requirePrompt(prompt: string, hint: string): string {
  if (prompt.trim() === '') throw new ShotlistError('invalid_request', vscode.l10n.t('There is no prompt.'), { hint });
  return prompt.trim();
}
