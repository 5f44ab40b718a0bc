/**
 * OpenAI's image models: living, ending and ended ones. Ended models stay because other servers still serve them.
 * Facts: OpenAI's API reference and model pages, its deprecations page (read 2026-11), and the types of npm
 * openai 7.57.0. Where only third parties state a number, its source says so.
 */
import * as z from 'zod';
import type { ImageLimits, ImageModel, Lifecycle, ParameterSchema } from './model.ts';
import type { ImageModelPrice, TokenPrice } from './price.ts';
import { sizeSchema, type SizeRule } from './sizes.ts';

const mebibyte = 1024 * 1024;
const deprecations = 'developers.openai.com/api/docs/deprecations, read 2026-11-22';

/** API reference of images.generate; the pixel bounds are those of the image API guide for gpt-image-2. */
const freeSizes: SizeRule = {
  type: 'free',
  multipleOf: 16,
  minPixels: 655_360,
  maxPixels: 8_294_400,
  maxWidth: 3840,
  maxHeight: 2160,
  maxRatio: 3,
  auto: true,
};
const threeSizes: SizeRule = { type: 'list', sizes: ['1024x1024', '1536x1024', '1024x1536'], auto: true };

type Shape = Record<string, z.ZodType>;

const qualitySchema = (values: readonly [string, ...string[]]): z.ZodType =>
  z.enum(values).describe('How much work goes into the picture; higher costs more and takes longer.');

const gptShape = (
  sizes: SizeRule,
  qualities: readonly [string, ...string[]],
  formats: readonly [string, ...string[]],
): Shape => ({
  size: sizeSchema(sizes),
  quality: qualitySchema(qualities),
  background: z.enum(['auto', 'opaque', 'transparent']).describe('transparent needs png or webp.'),
  output_format: z.enum(formats).describe('File format of the picture.'),
  output_compression: z.int().min(0).max(100).describe('For jpeg and webp: 100 is the best quality.'),
  moderation: z.enum(['auto', 'low']).describe('How strictly content is filtered.'),
  partial_images: z.int().min(0).max(3).describe('Previews while the picture is made; each costs about 100 tokens.'),
  safety_identifier: z.string().max(64).describe('A stable, hashed id of your end user.'),
});

/** Parameters that came with 2.6; gif and svg are an access-gated preview at OpenAI. */
const newestShape: Shape = {
  complexity: z.enum(['low', 'medium', 'high']).describe('How busy the picture may be.'),
  frame_count: z.int().min(2).max(16).describe('For gif: number of frames.'),
  frame_duration_ms: z.int().min(10).max(655_350).describe('For gif: milliseconds each frame is shown.'),
  svg: z
    .strictObject({
      model: z.string().describe('Text model that writes the drawing.'),
      reasoning: z
        .strictObject({ effort: z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']).optional() })
        .optional(),
    })
    .describe('For svg: the text model that writes it, where your project may choose it.'),
};

const inputFidelity = (values: readonly [string, ...string[]]): Shape => ({
  input_fidelity: z.enum(values).describe('How closely an edit keeps to its reference pictures.'),
});

/** All parameters are optional to the vendor, and unknown ones are refused. */
const schemaOf = (shape: Shape): ParameterSchema =>
  z.strictObject(Object.fromEntries(Object.entries(shape).map(([name, schema]) => [name, schema.optional()])));

const gptLimits = (sizes: SizeRule): ImageLimits => ({
  maxPromptCharacters: 32_000,
  maxImagesPerCall: 10,
  sizes,
  operations: ['generate', 'edit'],
  maxReferences: 16,
  maxReferenceBytes: 50 * mebibyte,
  referenceTypes: ['image/png', 'image/webp', 'image/jpeg'],
  maxMaskBytes: 4 * mebibyte,
  streams: true,
  onlyFor: { moderation: 'generate', input_fidelity: 'edit' },
  takesResponseFormat: false,
});

/** Token counts of gpt-image-2 per picture: $0.006, $0.053 and $0.211 at $30 a million (third parties quoting the model page). */
const outputTokens2 = { low: 196, medium: 1_767, high: 7_033 };
const price2 = (source: string): TokenPrice => ({
  type: 'tokens',
  textInput: 5,
  cachedTextInput: 1.25,
  imageInput: 8,
  output: 30,
  outputTokens: outputTokens2,
  tokensPerPartialImage: 100,
  source,
});
/** Output tokens of the first generation, as in OpenAI's image generation guide. */
const outputTokens1 = { low: 272, medium: 1_056, high: 4_160 };

interface GptModel {
  readonly id: string;
  readonly label: string;
  readonly sizes: SizeRule;
  readonly shape: Shape;
  readonly price: ImageModelPrice;
  readonly lifecycle?: Lifecycle;
}

const gptModel = ({ id, label, sizes, shape, price, lifecycle = {} }: GptModel): ImageModel => ({
  id,
  label,
  vendor: 'openai',
  kind: 'image',
  protocol: 'openai',
  lifecycle,
  parameters: schemaOf(shape),
  limits: gptLimits(sizes),
  price,
});

const baseQualities = ['auto', 'low', 'medium', 'high'] as const;
const allQualities = ['auto', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
const stillFormats = ['png', 'jpeg', 'webp'] as const;
const allFormats = ['png', 'jpeg', 'webp', 'gif', 'svg'] as const;

const shape26 = { ...gptShape(freeSizes, allQualities, allFormats), ...newestShape };
const shape25 = gptShape(freeSizes, allQualities, stillFormats);
const shape2 = gptShape(freeSizes, baseQualities, stillFormats);
const shape1 = { ...gptShape(threeSizes, baseQualities, stillFormats), ...inputFidelity(['high', 'low']) };
const shapeMini = { ...gptShape(threeSizes, baseQualities, stillFormats), ...inputFidelity(['low']) };

const ends = (shutdownDate: string): Lifecycle => ({
  shutdownDate,
  replacement: 'gpt-image-2.6-flare',
  source: deprecations,
});

const legacyLimits = {
  streams: false,
  maxMaskBytes: 4 * mebibyte,
  takesResponseFormat: true,
  referenceTypes: ['image/png'],
};
const dallE3Sizes: SizeRule = { type: 'list', sizes: ['1024x1024', '1792x1024', '1024x1792'], auto: false };
const dallE2Sizes: SizeRule = { type: 'list', sizes: ['256x256', '512x512', '1024x1024'], auto: false };
const user: Shape = { user: z.string().max(256).describe('A stable, hashed id of your end user.') };

export const openaiImageModels: readonly ImageModel[] = [
  gptModel({
    id: 'gpt-image-2.6-flare',
    label: 'GPT Image 2.6 Flare',
    sizes: freeSizes,
    shape: shape26,
    price: price2('token prices by third parties, 2026-11; tokens per picture as gpt-image-2'),
  }),
  gptModel({
    id: 'gpt-image-2.6-sunburst',
    label: 'GPT Image 2.6 Sunburst',
    sizes: freeSizes,
    shape: shape26,
    price: price2("token prices of OpenAI's model page, 2026-11; tokens per picture as gpt-image-2"),
  }),
  ...[
    'gpt-image-2.5-flare',
    'gpt-image-2.5-flare-2026-09-08',
    'gpt-image-2.5-sunburst',
    'gpt-image-2.5-sunburst-2026-09-08',
  ].map((id) =>
    gptModel({
      id,
      label: labelOf(id),
      sizes: freeSizes,
      shape: shape25,
      price: price2('token prices by third parties, 2026-09; tokens per picture as gpt-image-2'),
    }),
  ),
  ...['gpt-image-2', 'gpt-image-2-2026-04-21'].map((id) =>
    gptModel({
      id,
      label: labelOf(id),
      sizes: freeSizes,
      shape: shape2,
      price: price2('third parties quoting the model page, 2026-04'),
    }),
  ),
  ...['gpt-image-1.5', 'gpt-image-1.5-2025-12-16', 'chatgpt-image-latest'].map((id) =>
    gptModel({
      id,
      label: labelOf(id),
      sizes: threeSizes,
      shape: shape1,
      lifecycle: ends('2026-12-01'),
      price: {
        ...price2("OpenAI's image generation guide, 2026"),
        output: 32,
        outputTokens: outputTokens1,
      },
    }),
  ),
  gptModel({
    id: 'gpt-image-1-mini',
    label: 'GPT Image 1 mini',
    sizes: threeSizes,
    shape: shapeMini,
    lifecycle: ends('2026-12-01'),
    price: {
      ...price2("OpenAI's model page, read 2026-11; per picture $0.005, $0.011 and $0.036"),
      textInput: 2,
      cachedTextInput: 0.2,
      imageInput: 2.5,
      output: 8,
      outputTokens: { low: 625, medium: 1_375, high: 4_500 },
    },
  }),
  gptModel({
    id: 'gpt-image-1',
    label: 'GPT Image 1',
    sizes: threeSizes,
    shape: shape1,
    lifecycle: ends('2026-10-23'),
    price: {
      ...price2("OpenAI's image generation guide, 2025"),
      imageInput: 10,
      output: 40,
      outputTokens: outputTokens1,
    },
  }),
  {
    id: 'dall-e-3',
    label: 'DALL·E 3',
    vendor: 'openai',
    kind: 'image',
    protocol: 'openai',
    lifecycle: ends('2026-05-12'),
    parameters: schemaOf({
      size: sizeSchema(dallE3Sizes),
      quality: qualitySchema(['standard', 'hd']),
      style: z.enum(['vivid', 'natural']).describe('vivid is dramatic, natural is plain.'),
      response_format: z.enum(['b64_json', 'url']).describe('How the server hands the picture over.'),
      ...user,
    }),
    limits: {
      ...legacyLimits,
      maxPromptCharacters: 4_000,
      maxImagesPerCall: 1,
      sizes: dallE3Sizes,
      operations: ['generate'],
      maxReferences: 0,
      maxReferenceBytes: 0,
    },
    price: {
      type: 'image',
      perImage: {
        standard: { '1024x1024': 0.04, '1792x1024': 0.08, '1024x1792': 0.08 },
        hd: { '1024x1024': 0.08, '1792x1024': 0.12, '1024x1792': 0.12 },
      },
      source: "OpenAI's pricing page until 2026-05",
    },
  },
  {
    id: 'dall-e-2',
    label: 'DALL·E 2',
    vendor: 'openai',
    kind: 'image',
    protocol: 'openai',
    lifecycle: ends('2026-05-12'),
    parameters: schemaOf({
      size: sizeSchema(dallE2Sizes),
      response_format: z.enum(['b64_json', 'url']).describe('How the server hands the picture over.'),
      ...user,
    }),
    limits: {
      ...legacyLimits,
      maxPromptCharacters: 1_000,
      maxImagesPerCall: 10,
      sizes: dallE2Sizes,
      operations: ['generate', 'edit', 'variation'],
      maxReferences: 1,
      maxReferenceBytes: 4 * mebibyte,
      squareReferences: true,
    },
    price: {
      type: 'image',
      perImage: { '*': { '256x256': 0.016, '512x512': 0.018, '1024x1024': 0.02 } },
      source: "OpenAI's pricing page until 2026-05",
    },
  },
];

/** For a model of another server that the catalog doesn't know: everything the protocol has, nothing taken for granted. */
export function generalImageModel(id: string): ImageModel {
  const sizes: SizeRule = { type: 'any' };
  return {
    id,
    label: id,
    vendor: 'other',
    kind: 'image',
    protocol: 'openai',
    lifecycle: {},
    parameters: z.looseObject(
      Object.fromEntries(
        Object.entries({
          ...shape26,
          size: sizeSchema(sizes),
          quality: z.string().describe('As the server names it.'),
          style: z.string().describe('As the server names it.'),
          background: z.string().describe('As the server names it.'),
          response_format: z.enum(['b64_json', 'url']).describe('How the server hands the picture over.'),
          ...inputFidelity(['high', 'low']),
          ...user,
        }).map(([name, schema]) => [name, schema.optional()]),
      ),
    ),
    limits: { ...gptLimits(sizes), operations: ['generate', 'edit', 'variation'], onlyFor: {} },
  };
}

function labelOf(id: string): string {
  const [, version = '', variant = ''] = /^gpt-image-([\d.]+)(?:-([a-z]+))?/.exec(id) ?? [];
  if (version === '') return 'ChatGPT Image (latest)';
  const snapshot = /\d{4}-\d{2}-\d{2}$/.exec(id)?.[0];
  const words = ['GPT Image', version, variant === '' ? '' : variant[0]?.toUpperCase() + variant.slice(1)];
  return `${words.filter((word) => word !== '').join(' ')}${snapshot === undefined ? '' : ` (${snapshot})`}`;
}
