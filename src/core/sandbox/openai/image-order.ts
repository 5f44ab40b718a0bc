/** From what is asked to what is drawn. */
import { formatSize } from '../../catalog/sizes.ts';
import type { DrawOrder, PictureFormat } from '../drawing/order.ts';
import type { Spoil } from './faults.ts';
import type { ImageAsk } from './image-ask.ts';

const detailOfQuality: Readonly<Record<string, number>> = {
  low: 0.45,
  medium: 1,
  standard: 1,
  high: 1.5,
  hd: 1.5,
  xhigh: 2,
  max: 2.5,
};
const detailOfComplexity: Readonly<Record<string, number>> = { low: 0.65, medium: 1, high: 1.4 };
const defaultFrames = 9;
const defaultFrameDurationMs = 200;

/** `caption` is the prompt without directives; `index` counts the pictures of one call from 0. */
export function drawOrderOf(ask: ImageAsk, caption: string, index: number, spoil: Spoil | undefined): DrawOrder {
  const { parameters, references, mask, markup } = ask;
  const size = spoil === 'wrong_size' ? { width: 512, height: 512 } : ask.size;
  const complexity = parameters['complexity'];
  return {
    operation: ask.operation,
    prompt: caption,
    seed: index === 0 ? caption : `${caption} #${index}`,
    ...size,
    format: spoil === 'wrong_format' ? otherFormat(ask.format) : ask.format,
    transparent: ask.background === 'transparent' && spoil !== 'no_alpha' && spoil !== 'wrong_format',
    detail:
      (detailOfQuality[ask.quality] ?? 1) *
      (typeof complexity === 'string' ? (detailOfComplexity[complexity] ?? 1) : 1),
    compression: ask.compression,
    notes: notesOf(ask),
    frames: Number(parameters['frame_count'] ?? defaultFrames),
    frameDurationMs: Number(parameters['frame_duration_ms'] ?? defaultFrameDurationMs),
    partialImages: ask.partialImages,
    references: references.map(({ bytes }) => bytes),
    ...(mask === undefined ? {} : { mask: mask.bytes }),
    ...(markup === undefined ? {} : { markup: markup.bytes }),
  };
}

function notesOf(ask: ImageAsk): string[] {
  const pictures = ask.references.length;
  return [
    'Shotlist sandbox',
    ...(ask.operation === 'edit' ? [`edit of ${pictures} ${pictures === 1 ? 'picture' : 'pictures'}`] : []),
    ask.model.id,
    formatSize(ask.size),
    ask.quality,
  ];
}

function otherFormat(format: PictureFormat): PictureFormat {
  return format === 'jpeg' ? 'png' : 'jpeg';
}

export const mimeOfFormat: Readonly<Record<PictureFormat, string>> = {
  png: 'image/png',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
  gif: 'image/gif',
  svg: 'image/svg+xml',
};
