/**
 * The sandbox's own typeface: each character is a few lines on a grid, drawn with a round pen, so that it is the same in
 * pixels and in SVG and sharp at any size.
 *
 * The grid: capitals reach from 0 down to the baseline at 14, small letters begin at 5, descenders end at 19.
 * `M x y` lifts the pen, `L x y` draws a line, `A cx cy rx ry from to` follows an ellipse between two angles in degrees
 * (0 is right, 90 is down), joined to where the pen is when it is down; after `M` a lone `A` starts where it starts.
 */
export const capHeight = 14;
export const descender = 5;
export const spaceWidth = 4.6;
/** Between two characters. */
export const letterGap = 3.3;
/** Stands for a character that has no shape here. */
export const unknownGlyph = '\uFFFD';

export interface Glyph {
  readonly width: number;
  readonly strokes: string;
}

const glyph = (width: number, strokes: string): Glyph => ({ width, strokes });

const bowl = 'M A4.1 9.5 4.1 4.5 -90 270';

export const glyphs: Readonly<Record<string, Glyph>> = {
  A: glyph(10, 'M0 14 L5 0 L10 14 M1.8 9.4 L8.2 9.4'),
  B: glyph(8.6, 'M0 6.8 L5 6.8 A5 10.4 3.6 3.6 -90 90 L0 14 L0 0 L4.6 0 A4.6 3.4 3.4 3.4 -90 90'),
  C: glyph(9.6, 'M A5.6 7 5.6 7 -46 -314'),
  D: glyph(9.6, 'M0 0 L3.6 0 A3.6 7 6 7 -90 90 L0 14 L0 0'),
  E: glyph(7.4, 'M7.4 0 L0 0 L0 14 L7.4 14 M0 6.8 L6.2 6.8'),
  F: glyph(7.2, 'M7.2 0 L0 0 L0 14 M0 7 L6 7'),
  G: glyph(11.2, 'M A5.7 7 5.7 7 -46 -356 L6.8 7.4'),
  H: glyph(9, 'M0 0 L0 14 M9 0 L9 14 M0 6.9 L9 6.9'),
  I: glyph(0, 'M0 0 L0 14'),
  J: glyph(6, 'M6 0 L6 10.6 A3 10.6 3 3.4 0 155'),
  K: glyph(8.6, 'M0 0 L0 14 M8.2 0 L0 8.4 M3.1 5.3 L8.6 14'),
  L: glyph(7, 'M0 0 L0 14 L7 14'),
  M: glyph(11, 'M0 14 L0 0 L5.5 9.4 L11 0 L11 14'),
  N: glyph(9.4, 'M0 14 L0 0 L9.4 14 L9.4 0'),
  O: glyph(11.4, 'M A5.7 7 5.7 7 -90 270'),
  P: glyph(8.4, 'M0 14 L0 0 L4.6 0 A4.6 3.9 3.8 3.9 -90 90 L0 7.8'),
  Q: glyph(11.6, 'M A5.7 7 5.7 7 -90 270 M7.6 10.6 L11.6 14.8'),
  R: glyph(8.6, 'M0 14 L0 0 L4.6 0 A4.6 3.9 3.8 3.9 -90 90 L0 7.8 M4.2 7.8 L8.6 14'),
  S: glyph(8.4, 'M A4.2 3.6 3.8 3.6 -30 -270 A4.2 10.6 4.2 3.4 -90 155'),
  T: glyph(9, 'M0 0 L9 0 M4.5 0 L4.5 14'),
  U: glyph(9, 'M0 0 L0 9.5 A4.5 9.5 4.5 4.5 180 0 L9 0'),
  V: glyph(10, 'M0 0 L5 14 L10 0'),
  W: glyph(14, 'M0 0 L3.6 14 L7 3 L10.4 14 L14 0'),
  X: glyph(9, 'M0.2 0 L9 14 M8.8 0 L0 14'),
  Y: glyph(9.6, 'M0 0 L4.8 7.2 L9.6 0 M4.8 7.2 L4.8 14'),
  Z: glyph(8.6, 'M0.2 0 L8.4 0 L0 14 L8.6 14'),
  a: glyph(8.2, `M8.2 5 L8.2 14 ${bowl}`),
  b: glyph(8.2, `M0 0 L0 14 ${bowl}`),
  c: glyph(7.2, 'M A4.1 9.5 4.1 4.5 -44 -316'),
  d: glyph(8.2, `M8.2 0 L8.2 14 ${bowl}`),
  e: glyph(8.2, 'M0.1 9.4 L8.2 9.4 A4.1 9.5 4.1 4.5 0 -314'),
  f: glyph(4.8, 'M A4.6 3.3 2.7 3.3 -80 -180 L1.9 14 M0 5 L4.4 5'),
  g: glyph(8.2, `M8.2 5 L8.2 15 A4.2 15 4 4 0 150 ${bowl}`),
  h: glyph(7.6, 'M0 0 L0 14 M0 8.9 A3.8 8.9 3.8 3.9 180 360 L7.6 14'),
  i: glyph(0, 'M0 5 L0 14 M0 0.9 L0 1'),
  j: glyph(2.2, 'M2.2 5 L2.2 15.8 A0 15.8 2.2 3.2 0 85 M2.2 0.9 L2.2 1'),
  k: glyph(7, 'M0 0 L0 14 M6.6 5 L0 10.6 M2.5 8.5 L7 14'),
  l: glyph(2.2, 'M0 0 L0 11.6 A2.2 11.6 2.2 2.4 180 90'),
  m: glyph(12, 'M0 5 L0 14 M0 8.2 A3 8.2 3 3.2 180 360 L6 14 M6 8.2 A9 8.2 3 3.2 180 360 L12 14'),
  n: glyph(7.6, 'M0 5 L0 14 M0 8.9 A3.8 8.9 3.8 3.9 180 360 L7.6 14'),
  o: glyph(8.6, 'M A4.3 9.5 4.3 4.5 -90 270'),
  p: glyph(8.2, `M0 5 L0 19 ${bowl}`),
  q: glyph(8.2, `M8.2 5 L8.2 19 ${bowl}`),
  r: glyph(4.4, 'M0 5 L0 14 M0 9 A4 9 4 4 180 280'),
  s: glyph(6.6, 'M A3.3 7.2 2.9 2.2 -25 -270 A3.3 11.7 3.3 2.3 -90 155'),
  t: glyph(4.8, 'M2 1.2 L2 11.2 A4.6 11.2 2.6 2.8 180 85 M0 5 L4.8 5'),
  u: glyph(7.6, 'M0 5 L0 10.1 A3.8 10.1 3.8 3.9 180 0 M7.6 5 L7.6 14'),
  v: glyph(8, 'M0 5 L4 14 L8 5'),
  w: glyph(11.6, 'M0 5 L3 14 L5.8 6.8 L8.6 14 L11.6 5'),
  x: glyph(7, 'M0.2 5 L7 14 M6.8 5 L0 14'),
  y: glyph(8.2, 'M0 5 L4.1 13.8 M8.2 5 L3.4 16.6 A1.2 16 2.3 3 20 95'),
  z: glyph(6.8, 'M0.2 5 L6.6 5 L0 14 L6.8 14'),
  '0': glyph(8.6, 'M A4.3 7 4.3 7 -90 270'),
  '1': glyph(3.8, 'M0 2.8 L3.8 0 L3.8 14'),
  '2': glyph(8.2, 'M A4.1 4 3.9 4 -165 38 L0 14 L8.2 14'),
  '3': glyph(8.2, 'M A4 3.5 3.6 3.5 -150 90 A4 10.5 4.2 3.5 -90 152'),
  '4': glyph(8.8, 'M6.6 14 L6.6 0 L0 10 L8.8 10'),
  '5': glyph(8.2, 'M7.4 0 L1.2 0 L0.7 6.6 A4 9.6 4.2 4.4 -138 148'),
  '6': glyph(8.4, 'M6.6 0 L1.1 7 A4.2 9.7 4.2 4.3 -143 217'),
  '7': glyph(8.2, 'M0 0 L8.2 0 L2.8 14'),
  '8': glyph(8.4, 'M A4.2 3.4 3.5 3.4 90 450 M A4.2 10.4 4.2 3.6 -90 270'),
  '9': glyph(8.4, 'M1.8 14 L7.3 7 A4.2 4.3 4.2 4.3 37 397'),
  '.': glyph(0, 'M0 13.9 L0 14'),
  ',': glyph(0.8, 'M0.8 13.4 L0 16.2'),
  ':': glyph(0, 'M0 6.4 L0 6.5 M0 13.9 L0 14'),
  ';': glyph(0.8, 'M0.8 6.4 L0.8 6.5 M0.8 13.4 L0 16.2'),
  '!': glyph(0, 'M0 0 L0 9.4 M0 13.9 L0 14'),
  '?': glyph(7.4, 'M A3.7 3.7 3.7 3.7 -165 55 L3.9 8.4 L3.9 9.6 M3.9 13.9 L3.9 14'),
  "'": glyph(0, 'M0 0 L0 3.4'),
  '"': glyph(2.8, 'M0 0 L0 3.4 M2.8 0 L2.8 3.4'),
  '`': glyph(2, 'M0 0 L2 2.6'),
  '-': glyph(5, 'M0 9 L5 9'),
  '–': glyph(8, 'M0 9 L8 9'),
  _: glyph(8, 'M0 16.4 L8 16.4'),
  '·': glyph(0, 'M0 8 L0 8.1'),
  '+': glyph(8, 'M0 8.5 L8 8.5 M4 4.5 L4 12.5'),
  '=': glyph(8, 'M0 6.6 L8 6.6 M0 10.6 L8 10.6'),
  '<': glyph(7.4, 'M7.4 4.2 L0 8.5 L7.4 12.8'),
  '>': glyph(7.4, 'M0 4.2 L7.4 8.5 L0 12.8'),
  '/': glyph(5.6, 'M0 15 L5.6 -1'),
  '\\': glyph(5.6, 'M0 -1 L5.6 15'),
  '|': glyph(0, 'M0 -1.5 L0 16.5'),
  '(': glyph(2, 'M A4.6 7 4.6 10 -125 -235'),
  ')': glyph(2, 'M A-2.6 7 4.6 10 -55 55'),
  '[': glyph(3, 'M3 -1 L0 -1 L0 16 L3 16'),
  ']': glyph(3, 'M0 -1 L3 -1 L3 16 L0 16'),
  '{': glyph(4, 'M4 -1.4 L2.6 -1.4 L1.8 -0.4 L1.8 5.8 L0 7.5 L1.8 9.2 L1.8 15.4 L2.6 16.4 L4 16.4'),
  '}': glyph(4, 'M0 -1.4 L1.4 -1.4 L2.2 -0.4 L2.2 5.8 L4 7.5 L2.2 9.2 L2.2 15.4 L1.4 16.4 L0 16.4'),
  '*': glyph(5.2, 'M2.6 1 L2.6 7 M0 2.5 L5.2 5.5 M5.2 2.5 L0 5.5'),
  '#': glyph(9.2, 'M3.4 1 L2 13 M7.6 1 L6.2 13 M0.6 5 L9.2 5 M0 9.2 L8.6 9.2'),
  $: glyph(8.4, 'M A4.2 3.6 3.8 3.6 -30 -270 A4.2 10.6 4.2 3.4 -90 155 M4.2 -2 L4.2 16'),
  '%': glyph(12, 'M A2.4 3 2.4 3 -90 270 M A9.6 11 2.4 3 -90 270 M10.4 0 L1.6 14'),
  '&': glyph(10, 'M10 14 L2.4 4.8 A4.4 2.9 2.6 2.9 142 392 L2.2 7.9 A4 10.6 4 3.4 -125 -270 A4 8.4 5.8 5.6 90 10'),
  '@': glyph(13.2, 'M A6.6 8 2.8 3 -90 270 M9.5 5 L9.5 9.2 A11.3 9.2 1.9 2.2 180 0 A6.6 8 6.6 7.4 0 -300'),
  '^': glyph(7.2, 'M0 5 L3.6 0 L7.2 5'),
  '~': glyph(8.2, 'M0 9.8 L1.6 8 L3.2 8 L5 9.8 L6.6 9.8 L8.2 8'),
  [unknownGlyph]: glyph(7.4, 'M0 2 L7.4 2 L7.4 14 L0 14 L0 2'),
};
