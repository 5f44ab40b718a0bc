/** The video models of OpenAI's Videos protocol ("Sora protocol"): ended at OpenAI, served by others under any name. */
import * as z from 'zod';
import type { Lifecycle, VideoFrame, VideoLimits, VideoModel } from './model.ts';

const mebibyte = 1024 * 1024;

/** OpenAI announced it on 2026-03-24; there is no replacement at OpenAI (its deprecations page, read 2026-11). */
const ended: Lifecycle = {
  shutdownDate: '2026-09-24',
  replacement: 'gemini-omni-1.1-flash',
  movedTo:
    'Servers of your own (vLLM-Omni, SGLang, a gateway) may still speak this protocol: name one with --base-url or as a connection.',
  source: "OpenAI's deprecations page, read 2026-11",
};

const standardFrames: readonly VideoFrame[] = [
  { resolution: '720p', aspect: '9:16', width: 720, height: 1280 },
  { resolution: '720p', aspect: '16:9', width: 1280, height: 720 },
];
const proFrames: readonly VideoFrame[] = [
  ...standardFrames,
  { resolution: '1080p', aspect: '9:16', width: 1024, height: 1792, approximate: true },
  { resolution: '1080p', aspect: '16:9', width: 1792, height: 1024, approximate: true },
];

const soraLimits = (frames: readonly VideoFrame[]): VideoLimits => ({
  maxPromptCharacters: 32_000,
  length: { parameter: 'seconds', form: 'text', values: [4, 8, 12], extensionValues: [4, 8, 12, 16, 20], usual: 4 },
  frames,
  frameParameters: 'size',
  firstFrame: true,
  lastFrame: 'no',
  maxReferences: 0,
  sources: {
    remix: { forms: ['id'], parameters: [] },
    edit: { forms: ['id', 'file'], parameters: [] },
    extend: { forms: ['id', 'file'], parameters: ['seconds'], required: { seconds: '4' } },
  },
  maxImageBytes: 50 * mebibyte,
  imageTypes: ['image/png', 'image/webp', 'image/jpeg'],
  maxVideoBytes: 100 * mebibyte,
  exactFrames: true,
});

/** Extensions take longer steps than new clips; the planner tells which go with what. */
const seconds = z
  .enum(['4', '8', '12', '16', '20'])
  .optional()
  .describe('Length of the clip in seconds: 4, 8 or 12; an extension also 16 or 20.');

const soraModel = (
  id: string,
  label: string,
  frames: readonly VideoFrame[],
  perSecond: Record<string, number>,
): VideoModel => ({
  id,
  label,
  vendor: 'openai',
  kind: 'video',
  protocol: 'openai',
  lifecycle: ended,
  parameters: z.strictObject({
    seconds,
    size: z
      .enum(frames.map(({ width, height }) => `${width}x${height}`) as [string, ...string[]])
      .optional()
      .describe('Width and height in pixels.'),
  }),
  limits: soraLimits(frames),
  price: { type: 'second', perSecond, source: "OpenAI's pricing page until 2026-09; 1080p by third parties" },
});

const price = { '720p': 0.1 };
const proPrice = { '720p': 0.3, '1080p': 0.5 };

export const openaiVideoModels: readonly VideoModel[] = [
  soraModel('sora-2', 'Sora 2', standardFrames, price),
  soraModel('sora-2-2025-10-06', 'Sora 2 (2025-10-06)', standardFrames, price),
  soraModel('sora-2-2025-12-08', 'Sora 2 (2025-12-08)', standardFrames, price),
  soraModel('sora-2-pro', 'Sora 2 Pro', proFrames, proPrice),
  soraModel('sora-2-pro-2025-10-06', 'Sora 2 Pro (2025-10-06)', proFrames, proPrice),
];

/** For a model of another server that the catalog doesn't know: everything the protocol has, nothing taken for granted. */
export function generalVideoModel(id: string): VideoModel {
  const limits = soraLimits([]);
  return {
    id,
    label: id,
    vendor: 'other',
    kind: 'video',
    protocol: 'openai',
    lifecycle: {},
    parameters: z.looseObject({
      seconds: z
        .string()
        .regex(/^\d{1,4}(?:\.\d{1,3})?$/, { error: 'seconds must be a number' })
        .optional()
        .describe('Length of the clip in seconds.'),
      size: z
        .string()
        .regex(/^\d{2,5}x\d{2,5}$/, { error: 'size must be WIDTHxHEIGHT in pixels' })
        .optional()
        .describe('Width and height in pixels.'),
      seed: z.int().min(0).optional().describe('The same seed gives a similar clip again.'),
      negative_prompt: z.string().optional().describe('What the clip must not show.'),
      fps: z.int().min(1).max(240).optional().describe('Frames a second.'),
    }),
    limits: {
      ...limits,
      length: { parameter: 'seconds', form: 'text', values: [], extensionValues: [], usual: 4 },
      exactFrames: false,
    },
  };
}
