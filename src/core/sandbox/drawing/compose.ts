/** Puts a picture together: the scene of the prompt, the pictures it was given, the caption. */
import { drawCaption } from './caption.ts';
import type { DrawOrder } from './order.ts';
import { paletteOf, type Palette } from './palette.ts';
import { ellipse, rectangle, roundedRectangle } from './path.ts';
import { fill, solid, stop, type Item, type Picture, type Pixels } from './picture.ts';
import { coverPixels, cutPixels, hasTransparency, mirrorPixels, tonePixels } from './pixels.ts';
import { drawSubject } from './places/subjects.ts';
import { drawScene } from './scene.ts';
import { createSeeded } from '../../seeded.ts';
import { createStage, type Stage } from './stage.ts';
import { themeOf } from './theme.ts';

/** The files of an order as pixels. */
export interface ComposeInputs {
  readonly references: readonly Pixels[];
  readonly mask?: Pixels;
  readonly markup?: Pixels;
}

/** `phase` is 0–1 through an animation. */
export function composePicture(order: DrawOrder, inputs: ComposeInputs, phase = 0): Picture {
  const { width, height, seed, detail, prompt } = order;
  const theme = themeOf(prompt, createSeeded(`${seed}:theme`));
  const palette = paletteOf(theme, createSeeded(`${seed}:palette`));
  const stage = createStage({ width, height, theme, palette, detail, phase, seed });
  const round = order.transparent || (theme.emblem && order.operation === 'generate');
  const captions = drawCaption({
    width,
    height,
    text: captionText(order),
    notes: order.notes,
    centered: round,
    palette,
  });
  const scene = order.operation === 'generate' ? drawScene(stage) : drawOverReferences(stage, order, inputs);
  const size = { width, height, title: prompt };
  if (!round) return { ...size, scene, overlay: captions };
  const emblem = { clip: emblemDisc(stage, 0.435), overlay: [...emblemRing(stage), ...captions] };
  return order.transparent
    ? { ...size, scene, ...emblem }
    : { ...size, scene: [...scene, ...emblemBackdrop(stage)], overlay: emblem.overlay };
}

function captionText(order: DrawOrder): string {
  return order.operation === 'variation' ? 'Variation' : order.prompt;
}

/** First the scene, then the first reference with the masked part cut out of it, then the other references as cards. */
function drawOverReferences(stage: Stage, order: DrawOrder, inputs: ComposeInputs): Item[] {
  const { width, height, palette } = stage;
  const [first, ...others] = inputs.references;
  if (first === undefined) return drawScene(stage);
  let base = coverPixels(first, width, height);
  if (order.operation === 'variation') base = varyPixels(base, palette, order.seed);
  if (inputs.mask !== undefined) base = cutPixels(base, coverPixels(inputs.mask, width, height), (alpha) => alpha);
  if (inputs.markup !== undefined)
    base = cutPixels(base, coverPixels(inputs.markup, width, height), (alpha) => 255 - alpha);
  const image: Item = { type: 'image', pixels: base, x: 0, y: 0 };
  const cards = drawCards(stage, others);
  // where the reference lets something show through, that is the edit; else the whole picture takes on the prompt's light
  if (hasTransparency(base)) return [...drawScene(stage), image, ...cards];
  return [image, ...gradeItems(stage), ...drawSubject(stage), ...cards];
}

function varyPixels(base: Pixels, palette: Palette, seed: string): Pixels {
  const variation = createSeeded(`${seed}:variation`);
  const toned = tonePixels(base, palette.dark, palette.light, variation.between(0.35, 0.65));
  return variation.chance(0.5) ? mirrorPixels(toned) : toned;
}

function gradeItems({ width, height, palette }: Stage): Item[] {
  return [
    fill(rectangle(0, 0, width, height), {
      type: 'linear',
      from: [0, 0],
      to: [0, height],
      stops: [stop(0, palette.skyTop, 0.34), stop(0.5, palette.skyHorizon, 0.12), stop(1, palette.dark, 0.42)],
    }),
  ];
}

/** Small pictures with a white edge, from the upper right leftwards. */
export function drawCards({ width, unit, palette }: Stage, references: readonly Pixels[]): Item[] {
  const perRow = references.length <= 3 ? 3 : references.length <= 8 ? 4 : 6;
  const gap = Math.max(2, Math.round(unit * 0.02));
  const edge = Math.max(1, Math.round(unit * 0.008));
  const size = Math.floor((unit * 0.78 - gap * (perRow + 1)) / perRow);
  return references.flatMap((reference, index): Item[] => {
    const x = width - gap - edge - (size + gap + edge) * ((index % perRow) + 1) + gap;
    const y = gap + edge + Math.floor(index / perRow) * (size + gap + edge);
    const frame = [x - edge, y - edge, size + 2 * edge, size + 2 * edge] as const;
    return [
      fill(
        roundedRectangle(frame[0] + edge * 0.6, frame[1] + edge, frame[2], frame[3], edge * 1.5),
        solid(palette.dark, 0.35),
      ),
      fill(roundedRectangle(...frame, edge * 1.5), solid([255, 255, 255])),
      { type: 'image', pixels: coverPixels(reference, size, size), x, y },
    ];
  });
}

function emblemDisc({ width, height, unit }: Stage, radius: number): ReturnType<typeof ellipse> {
  return ellipse(width / 2, height / 2 - unit * 0.02, unit * radius);
}

function emblemRing(stage: Stage): Item[] {
  const { width, height, unit, palette } = stage;
  const ring = (radius: number, thickness: number, color: Palette['light']): Item => ({
    type: 'stroke',
    lines: [
      Array.from({ length: 121 }, (_, step) => {
        const angle = (step / 60) * Math.PI;
        return [
          width / 2 + Math.cos(angle) * unit * radius,
          height / 2 - unit * 0.02 + Math.sin(angle) * unit * radius,
        ] as const;
      }),
    ],
    width: unit * thickness,
    paint: solid(color),
  });
  return [ring(0.437, 0.022, [255, 255, 255]), ring(0.451, 0.008, palette.dark)];
}

/** Everything but the disc, so that an opaque emblem needs no transparency. */
function emblemBackdrop(stage: Stage): Item[] {
  const { width, height, palette } = stage;
  const hole = emblemDisc(stage, 0.435);
  return [
    fill([...rectangle(0, 0, width, height), ...reversed(hole)], {
      type: 'linear',
      from: [0, 0],
      to: [0, height],
      stops: [stop(0, palette.skyHorizon), stop(1, palette.ground(0.1))],
    }),
  ];
}

/** The same closed curve the other way round: cuts a hole. */
function reversed(path: ReturnType<typeof ellipse>): ReturnType<typeof ellipse> {
  const curves = path.filter((command) => command[0] === 'C');
  const start = path[0];
  if (start?.[0] !== 'M') return path;
  const ends = [[start[1], start[2]] as const, ...curves.map((curve) => [curve[5], curve[6]] as const)];
  return [
    start,
    ...curves
      .map(
        (curve, index) =>
          ['C', curve[3], curve[4], curve[1], curve[2], ends[index]?.[0] ?? 0, ends[index]?.[1] ?? 0] as const,
      )
      .toReversed(),
    ['Z'],
  ];
}
