/**
 * Google's video models, as of 2026-11-22: Gemini Omni by key (Interactions API), Veo on Vertex only
 * (types of npm @google/genai 3.1.0; Google's deprecations page and Omni guide, read 2026-10; prices by third parties).
 */
import * as z from 'zod';
import type { Lifecycle, ParameterSchema, VideoFrame, VideoLimits, VideoModel } from './model.ts';
import type { VideoPrice } from './price.ts';

const mebibyte = 1024 * 1024;
const deprecations = "Google's Gemini API deprecations page, read 2026-10";

/** Both shapes of each resolution, the usual resolution first. */
const framesOf = (resolutions: Readonly<Record<string, readonly [number, number]>>): VideoFrame[] =>
  Object.entries(resolutions).flatMap(([resolution, [long, short]]) => [
    { resolution, aspect: '16:9', width: long, height: short },
    { resolution, aspect: '9:16', width: short, height: long },
  ]);

const hd = { '720p': [1280, 720], '1080p': [1920, 1080] } as const;
const uhd = { '4k': [3840, 2160] } as const;
const wholeSeconds = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

const omniFrames = framesOf({ ...hd, '360p': [640, 360], ...uhd });
const omniLimits = (
  longest: number,
  references: number,
  extension: readonly number[],
  longestSource: number,
): VideoLimits => ({
  maxPromptCharacters: 32_000,
  length: {
    parameter: 'duration',
    form: 'suffixed',
    values: wholeSeconds(3, longest),
    extensionValues: extension,
    usual: 8,
  },
  frames: omniFrames,
  frameParameters: { aspect: 'aspect_ratio', resolution: 'resolution' },
  firstFrame: true,
  lastFrame: 'withFirst',
  maxReferences: references,
  sources: {
    edit: { forms: ['id', 'file'], parameters: ['resolution', 'seed'] },
    extend: { forms: ['id', 'file'], parameters: ['duration', 'resolution', 'seed'] },
  },
  maxImageBytes: 20 * mebibyte,
  imageTypes: ['image/png', 'image/webp', 'image/jpeg'],
  maxVideoBytes: 100 * mebibyte,
  maxVideoSeconds: longestSource,
  exactFrames: false,
});
/** Wire names of `response_format` and `generation_config` in the Interactions API. */
const omniParameters = (longest: number): ParameterSchema =>
  z.strictObject({
    aspect_ratio: z.enum(['16:9', '9:16']).optional().describe('Width to height.'),
    resolution: z
      .enum(['720p', '1080p', '360p', '4k'])
      .optional()
      .describe('Height of a landscape clip; 4k is upscaled.'),
    duration: z
      .enum(wholeSeconds(3, longest).map((seconds) => `${seconds}s`) as [string, ...string[]])
      .optional()
      .describe(`Length of the clip, 3s to ${longest}s.`),
    seed: z.int().min(0).max(2_147_483_647).optional().describe('The same seed gives a similar clip again.'),
  });

interface OmniModel {
  readonly id: string;
  readonly label: string;
  readonly longest: number;
  readonly references: number;
  readonly extension: readonly number[];
  readonly lifecycle?: Lifecycle;
  readonly price?: VideoPrice;
}

const omniModel = ({ id, label, longest, references, extension, lifecycle = {}, price }: OmniModel): VideoModel => ({
  id,
  label,
  vendor: 'google',
  kind: 'video',
  protocol: 'gemini',
  lifecycle,
  parameters: omniParameters(longest),
  limits: omniLimits(longest, references, extension, longest),
  ...(price === undefined ? {} : { price }),
});

const veoFrames = framesOf(hd);
const veoLimits = (frames: readonly VideoFrame[], references: number): VideoLimits => ({
  maxPromptCharacters: 32_000,
  length: { parameter: 'durationSeconds', form: 'number', values: [4, 6, 8], extensionValues: [7], usual: 8 },
  lengthRules: [
    { resolutions: ['1080p', '4k'], values: [8] },
    { operations: ['reference'], values: [8] },
  ],
  frames,
  frameParameters: { aspect: 'aspectRatio', resolution: 'resolution' },
  firstFrame: true,
  lastFrame: 'withFirst',
  maxReferences: references,
  sources: {
    extend: {
      forms: ['file'],
      parameters: ['durationSeconds', 'negativePrompt', 'personGeneration', 'seed', 'generateAudio'],
    },
  },
  maxImageBytes: 20 * mebibyte,
  imageTypes: ['image/png', 'image/webp', 'image/jpeg'],
  maxVideoBytes: 100 * mebibyte,
  maxVideoSeconds: 30,
  exactFrames: false,
});
/** Wire names of `parameters` in `predictLongRunning`. */
const veoParameters = (resolutions: readonly [string, ...string[]]): ParameterSchema =>
  z.strictObject({
    aspectRatio: z.enum(['16:9', '9:16']).optional().describe('Width to height.'),
    resolution: z.enum(resolutions).optional().describe('Height of a landscape clip; above 720p only at 8 seconds.'),
    durationSeconds: z
      .union([z.literal(4), z.literal(6), z.literal(7), z.literal(8)])
      .optional()
      .describe('Length of the clip in seconds: 4, 6 or 8; an extension adds 7.'),
    negativePrompt: z.string().max(4_000).optional().describe('What the clip must not show.'),
    seed: z.int().min(0).max(4_294_967_295).optional().describe('The same seed gives the same clip again.'),
    personGeneration: z
      .enum(['dont_allow', 'allow_adult', 'allow_all'])
      .optional()
      .describe('Whether people may be shown; allow_all is for approved projects.'),
    generateAudio: z.boolean().optional().describe('Whether the clip has sound.'),
    enhancePrompt: z.boolean().optional().describe('Whether the prompt is rewritten first.'),
  });

const veoModel = (
  id: string,
  label: string,
  perSecond: Readonly<Record<string, number>>,
  withUhd: boolean,
): VideoModel => ({
  id,
  label,
  vendor: 'google',
  kind: 'video',
  protocol: 'vertex',
  lifecycle: {},
  parameters: veoParameters(withUhd ? ['720p', '1080p', '4k'] : ['720p', '1080p']),
  limits: veoLimits(withUhd ? [...veoFrames, ...framesOf(uhd)] : veoFrames, withUhd ? 3 : 0),
  price: { type: 'second', perSecond, source: 'third parties, read 2026-11' },
});

const retiredVeo = (id: string, shutdownDate: string, vertexId: string): VideoModel => ({
  ...omniModel({ id, label: labelOf(id), longest: 8, references: 3, extension: [7] }),
  lifecycle: {
    shutdownDate,
    replacement: 'gemini-omni-1.1-flash',
    movedTo: `Veo is on Vertex now, as ${vertexId} (connection "vertex").`,
    source: deprecations,
  },
});

function labelOf(id: string): string {
  return id
    .replace(/-generate-(?:001|preview)$/, '')
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join(' ');
}

const standard = 'veo-3.1-generate-001';
const fast = 'veo-3.1-fast-generate-001';
const lite = 'veo-3.1-lite-generate-001';

export const googleVideoModels: readonly VideoModel[] = [
  omniModel({
    id: 'gemini-omni-1.1-flash',
    label: 'Gemini Omni 1.1 Flash',
    longest: 10,
    references: 6,
    extension: wholeSeconds(3, 10),
    price: {
      type: 'second',
      perSecond: { '360p': 0.03, '720p': 0.1, '1080p': 0.15, '4k': 0.3 },
      source: 'third parties, read 2026-11',
    },
  }),
  omniModel({
    id: 'gemini-omni-1.2-flash',
    label: 'Gemini Omni 1.2 Flash',
    longest: 15,
    references: 6,
    extension: wholeSeconds(3, 10),
  }),
  omniModel({
    id: 'gemini-omni-flash-preview',
    label: 'Gemini Omni Flash (preview)',
    longest: 10,
    references: 6,
    extension: [10],
    lifecycle: {
      shutdownDate: '2026-09-30',
      replacement: 'gemini-omni-1.1-flash',
      source: 'third parties, read 2026-11',
    },
  }),
  veoModel(standard, 'Veo 3.1', { '720p': 0.4, '1080p': 0.4, '4k': 0.6 }, true),
  veoModel(fast, 'Veo 3.1 Fast', { '720p': 0.1, '1080p': 0.15, '4k': 0.35 }, true),
  veoModel(lite, 'Veo 3.1 Lite (preview)', { '720p': 0.05, '1080p': 0.08 }, false),
  retiredVeo('veo-3.1-generate-preview', '2026-10-22', standard),
  retiredVeo('veo-3.1-fast-generate-preview', '2026-10-22', fast),
  retiredVeo('veo-3.1-lite-generate-preview', '2026-10-22', lite),
  retiredVeo('veo-3.0-generate-001', '2026-06-30', standard),
  retiredVeo('veo-3.0-fast-generate-001', '2026-06-30', fast),
  retiredVeo('veo-2.0-generate-001', '2026-06-30', standard),
];
