/** Google's image models, as of 2026-11-22 (types of npm @google/genai 3.1.0, Google's deprecations page). */
import * as z from 'zod';
import type { ImageModel, Lifecycle, ParameterSchema } from './model.ts';

const mebibyte = 1024 * 1024;
const deprecations = "Google's Gemini API deprecations page, read 2026-10";

const aspects = [
  '1:1',
  '2:3',
  '3:2',
  '3:4',
  '4:3',
  '4:5',
  '5:4',
  '9:16',
  '16:9',
  '21:9',
  '1:8',
  '8:1',
  '1:4',
  '4:1',
] as const;

/** Wire names of `response_format` in the Interactions API. */
const parameters = (imageSizes: readonly [string, ...string[]]): ParameterSchema =>
  z.strictObject({
    aspect_ratio: z.enum(aspects).optional().describe('Width to height.'),
    image_size: z.enum(imageSizes).optional().describe('About how many pixels the longer edge has.'),
    mime_type: z.enum(['image/png', 'image/jpeg']).optional().describe('File type of the picture.'),
    seed: z.int().min(0).max(2_147_483_647).optional().describe('The same seed gives a similar picture again.'),
  });

const geminiImage = (
  id: string,
  label: string,
  imageSizes: readonly [string, ...string[]],
  lifecycle: Lifecycle = {},
): ImageModel => ({
  id,
  label,
  vendor: 'google',
  kind: 'image',
  protocol: 'gemini',
  lifecycle,
  parameters: parameters(imageSizes),
  limits: {
    maxPromptCharacters: 32_000,
    maxImagesPerCall: 1,
    sizes: { type: 'aspect', aspects },
    operations: ['generate', 'edit'],
    maxReferences: 14,
    maxReferenceBytes: 7 * mebibyte,
    referenceTypes: ['image/png', 'image/webp', 'image/jpeg'],
    maxMaskBytes: 0,
    streams: false,
    takesResponseFormat: false,
  },
});

export const googleImageModels: readonly ImageModel[] = [
  geminiImage('gemini-3.1-flash-image', 'Gemini 3.1 Flash Image', ['512', '1K', '2K', '4K']),
  geminiImage('gemini-3-pro-image', 'Gemini 3 Pro Image', ['1K', '2K', '4K']),
  geminiImage('gemini-nano-banana-2.1', 'Gemini Nano Banana 2.1', ['512', '1K', '2K', '4K']),
  geminiImage('gemini-3.1-flash-lite-image', 'Gemini 3.1 Flash Lite Image', ['512', '1K']),
  geminiImage('gemini-2.5-flash-image', 'Gemini 2.5 Flash Image', ['1K'], {
    shutdownDate: '2026-10-02',
    replacement: 'gemini-3.1-flash-image',
    source: deprecations,
  }),
];
