/** Turns what a door asks for into a plan: checked, priced, with its output places. Nothing is sent or written. */
import { createHash } from 'node:crypto';
import { lifecycleWarning } from '../catalog/catalog.ts';
import { estimateRequest } from '../catalog/estimate.ts';
import type { Model } from '../catalog/model.ts';
import { ShotlistError } from '../errors.ts';
import type { Plan, PlannedJob, Request } from '../generation.ts';
import type { Job } from '../jobs/job.ts';
import { resolvePlace, type OutputPlace } from '../outputs/containment.ts';
import { outputStem } from '../outputs/names.ts';
import { hashRequest } from '../outputs/request-hash.ts';
import type { Draft } from '../pipeline.ts';
import { defaultNamePattern, defaultOutputFolder, type Workspace } from '../workspace.ts';
import { checkImageDraft } from './plan-image.ts';
import { checkVideoDraft } from './plan-video.ts';
import { chooseTarget, type TargetContext } from './target.ts';

export interface PlanContext extends TargetContext {
  readonly workspace: Workspace;
  /** A job of this workspace; undefined where there is none of that id. */
  readonly findJob: (id: string) => Promise<Job | undefined>;
}

/** More outputs than this in one draft is taken for a slip. */
const maxCount = 1000;

/**
 * @throws ShotlistError `invalid_request`, `unsupported_parameter`, `model_retired`, `model_not_found`, `not_found`,
 * `outside_workspace`: always before anything is sent or written
 */
export async function planDrafts(drafts: readonly Draft[], context: PlanContext): Promise<Plan> {
  const jobs: PlannedJob[] = [];
  const warnings: string[] = [];
  const places = createPlaces(context.workspace.folder);
  for (const draft of drafts) {
    const planned = await planDraft(draft, context, places, jobs.length);
    jobs.push(...planned.jobs);
    warnings.push(...planned.warnings);
  }
  return { hash: hashPlan(jobs), jobs, warnings: [...new Set(warnings)] };
}

async function planDraft(
  given: Draft,
  context: PlanContext,
  places: Places,
  firstIndex: number,
): Promise<{ jobs: PlannedJob[]; warnings: string[] }> {
  const { workspace, defaults } = context;
  const { connection, model } = await chooseTarget(given, context);
  const { draft, warnings: seedWarnings } = withSeed(given, model);
  const checked =
    model.kind === 'image'
      ? await checkImageDraft(draft, model, connection)
      : await checkVideoDraft(draft, model, connection, context);
  const { parameters, inputs, source, from, stream, mime } = checked;
  const warnings = [...seedWarnings, ...checked.warnings];
  const ending = lifecycleWarning(model, connection, context.now);
  if (ending !== undefined) warnings.push(ending);

  const pattern = workspace.config.outputName ?? defaults.outputName ?? defaultNamePattern;
  const place = await places(
    workspace.config.outputFolder ?? defaults.outputFolder ?? defaultOutputFolder,
    draft.output,
  );
  const jobs: PlannedJob[] = [];
  for (const count of splitCount(draft.count ?? 1, checked.perCall)) {
    const request: Request = {
      kind: draft.kind,
      connection: connection.id,
      model: model.id,
      prompt: draft.prompt,
      parameters: count === 1 ? { ...parameters } : { ...parameters, n: count },
      inputs: [...inputs],
      ...(source === undefined ? {} : { source }),
    };
    const requestHash = hashRequest(request);
    const stem = outputStem(pattern, {
      now: context.now,
      prompt: draft.prompt,
      hash: requestHash,
      model: model.id,
      index: firstIndex + jobs.length,
    });
    const estimate = estimateRequest(model, request, count);
    jobs.push({
      request,
      requestHash,
      target: { stem, ...place },
      mime,
      count,
      stream,
      ...(from === undefined ? {} : { from }),
      ...(estimate === undefined ? {} : { estimate }),
    });
  }
  return { jobs, warnings };
}

/** A seed is no mistake where the model has none, because templates take one too. */
function withSeed(draft: Draft, model: Model): { draft: Draft; warnings: string[] } {
  const { seed } = draft;
  if (seed === undefined) return { draft, warnings: [] };
  if (model.parameters.shape['seed'] === undefined) {
    return { draft, warnings: [`${model.id} has no seed, so none is sent.`] };
  }
  return { draft: { ...draft, parameters: { ...draft.parameters, seed } }, warnings: [] };
}

type Places = (outputFolder: string, chosen: string | undefined) => Promise<OutputPlace>;

/** Looks at each folder once, however many drafts go there. */
function createPlaces(workspaceFolder: string): Places {
  const known = new Map<string, Promise<OutputPlace>>();
  return (outputFolder, chosen) => {
    const key = JSON.stringify([outputFolder, chosen]);
    const place =
      known.get(key) ?? resolvePlace({ workspaceFolder, outputFolder, ...(chosen === undefined ? {} : { chosen }) });
    known.set(key, place);
    return place;
  };
}

/** 23 with at most 10 a call: 10, 10, 3. */
function splitCount(count: number, perCall: number): number[] {
  if (!Number.isInteger(count) || count < 1 || count > maxCount) {
    throw new ShotlistError('invalid_request', `The number of results must be a whole number from 1 to ${maxCount}.`);
  }
  return Array.from({ length: Math.ceil(count / perCall) }, (_, index) => Math.min(perCall, count - index * perCall));
}

function hashPlan(jobs: readonly PlannedJob[]): string {
  const hash = createHash('sha256');
  for (const job of jobs) {
    hash.update(job.requestHash);
    // another chosen place is another plan; names of our own hold the time
    if (job.target.chosen) hash.update(`\0${job.target.folder}\0${job.target.stem}`);
    hash.update('\n');
  }
  return hash.digest('hex');
}
