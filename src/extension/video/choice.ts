/** The constraints table of a model as choices: which lengths and frames it allows, and what holds where nobody chose. */
import { framesNear, lengthsFor } from '../../core/catalog/frames.ts';
import type { VideoFrame, VideoModel } from '../../core/catalog/model.ts';
import type { Size } from '../../core/catalog/sizes.ts';
import type { VideoOperation } from '../../core/generation.ts';

/** What is to be done, as far as it sets what can be chosen. */
export interface VideoTask {
  readonly operation: VideoOperation;
  /** Size of the picture that the clip begins with. */
  readonly picture?: Size | undefined;
}

/** What the person chose so far, as drafts say it; what is absent is the model's usual. */
export interface VideoChoice {
  readonly seconds?: number;
  readonly aspect?: string;
  readonly resolution?: string;
}

/** Values that may be asked for, usual order; an empty or single list leaves nothing to choose. */
export interface VideoOptions {
  readonly lengths: readonly number[];
  readonly frames: readonly VideoFrame[];
  readonly aspects: readonly string[];
  readonly resolutions: readonly string[];
}

/** A choice that the model allows, with the options that led to it. */
export interface SettledChoice {
  readonly choice: VideoChoice;
  readonly options: VideoOptions;
}

/** Takes the wishes over as far as the model allows them, and fills in its usual values. */
export function settleChoice(model: VideoModel, task: VideoTask, wished: VideoChoice): SettledChoice {
  const frames = framesFor(model, task);
  const aspects = chooses(model, task, 'aspect') ? unique(frames.map(({ aspect }) => aspect)) : [];
  const aspect = aspects.includes(wished.aspect ?? '') ? wished.aspect : usualAspect(frames, aspects, task);
  const shaped = aspect === undefined ? frames : frames.filter((frame) => frame.aspect === aspect);
  const resolutions = chooses(model, task, 'resolution') ? unique(shaped.map(({ resolution }) => resolution)) : [];
  const resolution = resolutions.includes(wished.resolution ?? '') ? wished.resolution : resolutions[0];
  const lengths = lengthsOf(model, task, resolution);
  const seconds = nearest(lengths, wished.seconds ?? model.limits.length.usual);
  return {
    choice: {
      ...(seconds === undefined ? {} : { seconds }),
      ...(aspect === undefined ? {} : { aspect }),
      ...(resolution === undefined ? {} : { resolution }),
    },
    options: { lengths, frames, aspects, resolutions },
  };
}

/** Of a clip made from an earlier one, most follows from that. */
function chooses({ limits }: VideoModel, { operation }: VideoTask, what: 'aspect' | 'resolution' | 'length'): boolean {
  const rule =
    operation === 'remix' || operation === 'edit' || operation === 'extend' ? limits.sources[operation] : 'new';
  if (rule === 'new') return true;
  const { frameParameters, length } = limits;
  const name = what === 'length' ? length.parameter : frameParameters === 'size' ? 'size' : frameParameters[what];
  return rule?.parameters.includes(name) ?? false;
}

/** Where pictures must have exactly the clip's size, the picture decides. */
function framesFor({ limits }: VideoModel, { picture }: VideoTask): readonly VideoFrame[] {
  if (picture === undefined || !limits.exactFrames) return limits.frames;
  const fitting = limits.frames.filter(({ width, height }) => width === picture.width && height === picture.height);
  // with none, the plan says what is wrong with the picture
  return fitting.length > 0 ? fitting : limits.frames;
}

function usualAspect(
  frames: readonly VideoFrame[],
  aspects: readonly string[],
  { picture }: VideoTask,
): string | undefined {
  if (aspects.length === 0) return undefined;
  return picture === undefined ? frames[0]?.aspect : framesNear(frames, picture.width / picture.height)[0]?.aspect;
}

function lengthsOf(model: VideoModel, task: VideoTask, resolution: string | undefined): readonly number[] {
  if (!chooses(model, task, 'length')) return [];
  const { limits } = model;
  return lengthsFor(limits, task.operation, limits.frameParameters === 'size' ? undefined : resolution);
}

function nearest(values: readonly number[], wanted: number): number | undefined {
  return values.toSorted((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted))[0];
}

function unique(values: readonly string[]): readonly string[] {
  return [...new Set(values)];
}
