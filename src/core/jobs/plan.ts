/** Turns what a door asks for into a plan: checked, priced, with its output places. Nothing is sent or written. */
import { createHash } from 'node:crypto';
import { lifecycleWarning, defaultModels, models, resolveModel } from '../catalog/catalog.ts';
import type { Model } from '../catalog/model.ts';
import { checkParameters, isStreamable } from '../catalog/parameters.ts';
import { estimateImages } from '../catalog/price.ts';
import { parseSize } from '../catalog/sizes.ts';
import type { Connection } from '../connections/connection.ts';
import { chooseConnection } from '../connections/choose-connection.ts';
import type { Credentials } from '../connections/credentials.ts';
import { ShotlistError } from '../errors.ts';
import {
  imageOperationOf,
  textParameter,
  type ImageOperation,
  type Plan,
  type PlannedJob,
  type Request,
} from '../generation.ts';
import { resolvePlace, type OutputPlace } from '../outputs/containment.ts';
import { mimeOfFormat } from '../outputs/media-type.ts';
import { outputStem } from '../outputs/names.ts';
import { hashRequest } from '../outputs/request-hash.ts';
import type { Draft, PersonalDefaults } from '../pipeline.ts';
import { defaultNamePattern, defaultOutputFolder, type Workspace } from '../workspace.ts';
import { givenParameters } from './draft-parameters.ts';
import { readInputs } from './inputs.ts';

export interface PlanContext {
  readonly workspace: Workspace;
  readonly connections: readonly Connection[];
  readonly credentials: Credentials;
  readonly defaults: PersonalDefaults;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** More pictures than this in one draft is taken for a slip. */
const maxCount = 1000;
/** A picture of more pixels than this at more than low quality may take longer than Node's five minutes. */
const quickPixels = 2560 * 1440;

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
  draft: Draft,
  context: PlanContext,
  places: Places,
  firstIndex: number,
): Promise<{ jobs: PlannedJob[]; warnings: string[] }> {
  const { workspace, defaults } = context;
  const connection = await chooseConnection(
    draft.connection ?? workspace.config.connection ?? defaults.connection,
    context,
  );
  const name =
    draft.model ?? workspace.config.models?.[draft.kind] ?? defaults.models?.[draft.kind] ?? defaultModels[draft.kind];
  if (name === undefined)
    throw new ShotlistError('invalid_request', `There is no default model for ${draft.kind}; name one.`);
  const model = resolveModel(name, draft.kind, connection, context.now);

  const operation = imageOperationOf({ prompt: draft.prompt, inputs: draft.inputs ?? [] });
  checkOperation(operation, draft, model);
  checkPrompt(draft.prompt, operation, model);
  const inputs = await readInputs(draft.inputs ?? [], model);

  const checked = checkParameters(givenParameters(draft, model), { model, operation, allModels: models });
  const format = textParameter(checked.parameters, 'output_format') ?? 'png';
  checkFormat(format, draft);
  const slow = isStreamable(format) && mayBeSlow(checked.parameters, model, connection);
  const stream = draft.stream === true || checked.parameters['partial_images'] !== undefined || slow;
  if (stream && !model.limits.streams) {
    throw new ShotlistError('unsupported_parameter', `${model.id} can't stream.`, { hint: 'Leave out --stream.' });
  }
  const warnings = [...checked.warnings];
  const parameters = { ...checked.parameters };
  if (slow && parameters['partial_images'] === undefined) {
    parameters['partial_images'] = 1;
    warnings.push(
      'This picture may take longer than five minutes, so it is streamed with one preview (about 100 tokens more) to keep the connection open.',
    );
  }
  const ending = lifecycleWarning(model, connection, context.now);
  if (ending !== undefined) warnings.push(ending);

  const mime = mimeOfFormat(format);
  const pattern = workspace.config.outputName ?? defaults.outputName ?? defaultNamePattern;
  const place = await places(
    workspace.config.outputFolder ?? defaults.outputFolder ?? defaultOutputFolder,
    draft.output,
  );
  const jobs: PlannedJob[] = [];
  for (const count of splitCount(draft.count ?? 1, format === 'svg' ? 1 : model.limits.maxImagesPerCall)) {
    const request: Request = {
      kind: draft.kind,
      connection: connection.id,
      model: model.id,
      prompt: draft.prompt,
      parameters: count === 1 ? parameters : { ...parameters, n: count },
      inputs,
    };
    const requestHash = hashRequest(request);
    const stem = outputStem(pattern, {
      now: context.now,
      prompt: draft.prompt,
      hash: requestHash,
      model: model.id,
      index: firstIndex + jobs.length,
    });
    const target = { stem, ...place };
    const estimate = estimateImages(model.price, request, count);
    jobs.push({ request, requestHash, target, mime, count, stream, ...(estimate === undefined ? {} : { estimate }) });
  }
  return { jobs, warnings };
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

function checkOperation(operation: ImageOperation, draft: Draft, model: Model): void {
  const inputs = draft.inputs ?? [];
  if (inputs.length > 0 && !inputs.some((input) => input.role === 'reference')) {
    throw new ShotlistError('invalid_request', 'A mask needs the picture that it belongs to.', {
      hint: 'Give the picture as a reference.',
    });
  }
  if (model.limits.operations.includes(operation)) return;
  const what = {
    generate: 'make pictures from text',
    edit: 'edit pictures',
    variation: 'make variations of a picture',
  }[operation];
  throw new ShotlistError('unsupported_parameter', `${model.id} can't ${what}.`, {
    hint:
      operation === 'variation' && model.limits.operations.includes('edit')
        ? 'Add a prompt that says what to change: that makes it an edit.'
        : `It can ${model.limits.operations.join(', ')}.`,
  });
}

function checkPrompt(prompt: string, operation: ImageOperation, model: Model): void {
  if (prompt.trim() === '' && operation !== 'variation') {
    throw new ShotlistError('invalid_request', 'The prompt is empty.', { hint: 'Say what the picture should show.' });
  }
  const { maxPromptCharacters } = model.limits;
  const length = Array.from(prompt).length;
  if (length > maxPromptCharacters) {
    throw new ShotlistError(
      'invalid_request',
      `The prompt has ${length} characters; ${model.id} takes at most ${maxPromptCharacters}.`,
    );
  }
}

/** What doesn't go with some formats besides other parameters (types of npm openai 7.57.0). */
function checkFormat(format: string, draft: Draft): void {
  if (draft.stream === true && !isStreamable(format)) {
    throw new ShotlistError('invalid_request', `A ${format} can't be streamed.`, { hint: 'Leave out --stream.' });
  }
  if (format === 'gif' && draft.inputs?.some((input) => input.role === 'mask') === true) {
    throw new ShotlistError('invalid_request', 'A mask goes with still pictures, not with a gif.');
  }
}

function mayBeSlow(parameters: Readonly<Record<string, unknown>>, model: Model, connection: Connection): boolean {
  if (!model.limits.streams || model.vendor === 'other' || !(connection.vendor === model.vendor || connection.embedded))
    return false;
  const quality = parameters['quality'];
  if (quality === 'xhigh' || quality === 'max') return true;
  const size = parseSize(textParameter(parameters, 'size') ?? 'auto');
  return quality !== 'low' && size !== undefined && size.width * size.height > quickPixels;
}

/** 23 with at most 10 a call: 10, 10, 3. */
function splitCount(count: number, perCall: number): number[] {
  if (!Number.isInteger(count) || count < 1 || count > maxCount) {
    throw new ShotlistError('invalid_request', `The number of pictures must be a whole number from 1 to ${maxCount}.`);
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
