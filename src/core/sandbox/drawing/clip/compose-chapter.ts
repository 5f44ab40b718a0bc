/** One moment of a chapter as a picture: scene or input picture, small pictures beside it, caption. */
import { drawCaption } from '../caption.ts';
import { drawCards } from '../compose.ts';
import { paletteOf } from '../palette.ts';
import { rectangle } from '../path.ts';
import { fill, solid, stop, type Item, type Picture, type Pixels } from '../picture.ts';
import { coverPixels, zoomPixels } from '../pixels.ts';
import { paintPixels } from '../raster.ts';
import { drawScene } from '../scene.ts';
import { drawSubject } from '../places/subjects.ts';
import { createSeeded } from '../../../seeded.ts';
import { createStage, type Stage } from '../stage.ts';
import { themeOf } from '../theme.ts';
import type { Chapter } from './clip-order.ts';

export interface Moment {
  /** 0–1 through the motion of a scene, which begins again without a jump. */
  readonly phase: number;
  /** 0–1 from the first frame of the chapter to its last. */
  readonly progress: number;
}

/** Draws a chapter at any moment, at `width` by `height` pixels. */
export type ComposeChapter = (moment: Moment) => Picture;

/** How much larger an input picture is at the end than in the first frame. */
const zoom = 0.08;
const gradeStrength = 0.75;

export function createComposer(chapter: Chapter<Pixels>, width: number, height: number): ComposeChapter {
  const { prompt, seed, notes, firstFrame, references, earlier } = chapter;
  // a remix keeps what its prompt doesn't name
  const words = earlier?.action === 'remix' ? `${prompt} ${earlier.chapter.prompt}` : prompt;
  const theme = themeOf(words, createSeeded(`${seed}:theme`));
  const palette = paletteOf(theme, createSeeded(`${seed}:palette`));
  const overlay = drawCaption({ width, height, text: prompt, notes, centered: false, palette });
  const first = firstFrame === undefined ? undefined : coverPixels(firstFrame, width, height);
  const before = earlier === undefined ? undefined : createComposer(earlier.chapter, width, height);
  let cards = references;
  return ({ phase, progress }) => {
    const stage = createStage({ width, height, theme, palette, detail: 1, phase, seed });
    const scene = ((): Item[] => {
      if (first !== undefined) return overPicture(stage, zoomPixels(first, 1 + zoom * progress), progress);
      if (before === undefined || earlier?.action === 'remix') return drawScene(stage);
      // an edit keeps what was there, under other light and with another thing in it
      return [...withoutCaption(before({ phase, progress })), ...light(stage, gradeStrength), ...drawSubject(stage)];
    })();
    if (before !== undefined && cards === references) {
      cards = [...references, paintPixels({ ...before({ phase: 0, progress: 0 }), overlay: [] })];
    }
    return { width, height, title: prompt, scene: [...scene, ...drawCards(stage, cards)], overlay };
  };
}

function withoutCaption(picture: Picture): readonly Item[] {
  return picture.scene;
}

/** The picture as it was given, which then takes on the light of the prompt. */
function overPicture(stage: Stage, picture: Pixels, progress: number): Item[] {
  const backdrop = fill(rectangle(0, 0, stage.width, stage.height), solid([255, 255, 255]));
  const image: Item = { type: 'image', pixels: picture, x: 0, y: 0 };
  const strength = Math.min(1, progress * 2) * gradeStrength;
  return [backdrop, image, ...(strength > 0 ? light(stage, strength) : [])];
}

function light({ width, height, palette }: Stage, strength: number): Item[] {
  return [
    fill(rectangle(0, 0, width, height), {
      type: 'linear',
      from: [0, 0],
      to: [0, height],
      stops: [
        stop(0, palette.skyTop, 0.34 * strength),
        stop(0.5, palette.skyHorizon, 0.14 * strength),
        stop(1, palette.dark, 0.4 * strength),
      ],
    }),
  ];
}
