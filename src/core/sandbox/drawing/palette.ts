/** The colours of one picture. */
import { mixColors, oklch, rgbOf, type Oklch, type Rgb } from './color.ts';
import type { Seeded } from '../../seeded.ts';
import type { Mood, Place, Theme } from './theme.ts';

export interface Palette {
  readonly skyTop: Rgb;
  readonly skyMiddle: Rgb;
  readonly skyHorizon: Rgb;
  /** Sun or moon, and the light that falls from it. */
  readonly light: Rgb;
  /** What the eye goes to: sails, roofs, a balloon. */
  readonly accent: Rgb;
  readonly dark: Rgb;
  /** From the horizon (0) to right in front of us (1): what is far takes the colour of the air. */
  ground(nearness: number): Rgb;
  /** As `ground`, lit from the side. */
  lit(nearness: number): Rgb;
  readonly night: boolean;
}

interface MoodColors {
  readonly top: Oklch;
  readonly middle: Oklch;
  readonly horizon: Oklch;
  readonly light: Oklch;
  readonly far: Oklch;
  readonly near: Oklch;
  readonly accent: Oklch;
}

const moodColors: Readonly<Record<Mood, MoodColors>> = {
  day: {
    top: oklch(0.66, 0.12, 245),
    middle: oklch(0.8, 0.085, 225),
    horizon: oklch(0.945, 0.04, 100),
    light: oklch(0.985, 0.05, 100),
    far: oklch(0.79, 0.06, 215),
    near: oklch(0.37, 0.085, 165),
    accent: oklch(0.68, 0.19, 35),
  },
  dawn: {
    top: oklch(0.66, 0.09, 275),
    middle: oklch(0.82, 0.085, 345),
    horizon: oklch(0.94, 0.065, 70),
    light: oklch(0.985, 0.055, 85),
    far: oklch(0.77, 0.075, 320),
    near: oklch(0.33, 0.085, 275),
    accent: oklch(0.7, 0.17, 20),
  },
  golden: {
    top: oklch(0.56, 0.1, 255),
    middle: oklch(0.8, 0.1, 55),
    horizon: oklch(0.93, 0.1, 85),
    light: oklch(0.985, 0.07, 95),
    far: oklch(0.74, 0.11, 48),
    near: oklch(0.28, 0.07, 345),
    accent: oklch(0.66, 0.2, 30),
  },
  dusk: {
    top: oklch(0.31, 0.1, 285),
    middle: oklch(0.56, 0.15, 345),
    horizon: oklch(0.84, 0.13, 60),
    light: oklch(0.96, 0.09, 80),
    far: oklch(0.55, 0.13, 340),
    near: oklch(0.2, 0.06, 290),
    accent: oklch(0.75, 0.17, 55),
  },
  night: {
    top: oklch(0.17, 0.055, 275),
    middle: oklch(0.29, 0.085, 268),
    horizon: oklch(0.5, 0.09, 240),
    light: oklch(0.965, 0.03, 95),
    far: oklch(0.4, 0.08, 255),
    near: oklch(0.14, 0.045, 272),
    accent: oklch(0.82, 0.14, 80),
  },
  mist: {
    top: oklch(0.72, 0.045, 230),
    middle: oklch(0.84, 0.03, 215),
    horizon: oklch(0.94, 0.022, 150),
    light: oklch(0.985, 0.02, 110),
    far: oklch(0.81, 0.035, 205),
    near: oklch(0.34, 0.055, 200),
    accent: oklch(0.68, 0.15, 45),
  },
};

/** Ground that has a colour of its own by day. */
const groundHues: Readonly<Partial<Record<Place, number>>> = { desert: 45, sea: 235 };

/** How far a colour that the prompt names pulls each part of the picture towards it. */
const hueStrength = 0.8;
/** No two pictures of a mood quite alike. */
const hueWander = 14;

export function paletteOf(theme: Theme, seeded: Seeded): Palette {
  const wander = seeded.between(-hueWander, hueWander);
  const tint = (color: Oklch, strength: number): Oklch => {
    const hue = theme.hue;
    if (hue === undefined) return { ...color, hue: color.hue + wander };
    const towards = mixColors(color, { ...color, hue }, hueStrength * strength);
    return { ...towards, chroma: Math.max(towards.chroma, 0.06) };
  };
  const colors = moodColors[theme.mood];
  const own = theme.mood === 'day' || theme.mood === 'mist' ? groundHues[theme.place] : undefined;
  const ownGround = (color: Oklch, chroma: number): Oklch =>
    own === undefined ? color : { ...color, hue: own, chroma };
  const far = tint(ownGround(colors.far, 0.08), 1);
  const near = tint(ownGround(colors.near, 0.085), 1);
  const frost = theme.snow ? oklch(0.93, 0.02, 235) : undefined;
  const groundAt = (nearness: number): Oklch => {
    const plain = mixColors(far, near, nearness ** 0.85);
    return frost === undefined ? plain : mixColors(plain, frost, theme.mood === 'night' ? 0.28 : 0.5);
  };
  return {
    skyTop: rgbOf(tint(colors.top, 0.35)),
    skyMiddle: rgbOf(tint(colors.middle, 0.25)),
    skyHorizon: rgbOf(tint(colors.horizon, 0.2)),
    light: rgbOf(tint(colors.light, 0.15)),
    accent: rgbOf(colors.accent),
    dark: rgbOf({ ...near, lightness: Math.min(0.24, near.lightness), chroma: near.chroma * 0.8 }),
    ground: (nearness) => rgbOf(groundAt(nearness)),
    lit: (nearness) => rgbOf(mixColors(groundAt(nearness), colors.light, 0.22 - 0.08 * nearness)),
    night: theme.mood === 'night' || theme.mood === 'dusk',
  };
}
