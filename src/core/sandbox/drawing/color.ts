/** Colours in OKLCH, where equal steps look equal, so that a palette made by numbers still looks chosen. */

/** 0–255 each. */
export type Rgb = readonly [red: number, green: number, blue: number];

/** Lightness 0–1, chroma 0 to about 0.3, hue in degrees. */
export interface Oklch {
  readonly lightness: number;
  readonly chroma: number;
  readonly hue: number;
}

/** Björn Ottosson's OKLab, https://bottosson.github.io/posts/oklab/ */
export function rgbOf({ lightness, chroma, hue }: Oklch): Rgb {
  const angle = (hue * Math.PI) / 180;
  const a = chroma * Math.cos(angle);
  const b = chroma * Math.sin(angle);
  const long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3;
  const medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3;
  const short = (lightness - 0.0894841775 * a - 1.291485548 * b) ** 3;
  return [
    encodeGamma(4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short),
    encodeGamma(-1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short),
    encodeGamma(-0.0041960863 * long - 0.7034186147 * medium + 1.707614701 * short),
  ];
}

function encodeGamma(linear: number): number {
  const clamped = Math.min(1, Math.max(0, linear));
  const encoded = clamped <= 0.0031308 ? 12.92 * clamped : 1.055 * clamped ** (1 / 2.4) - 0.055;
  return Math.round(encoded * 255);
}

export function oklch(lightness: number, chroma: number, hue: number): Oklch {
  return { lightness, chroma, hue };
}

/** From `a` at 0 to `b` at 1, hue by the shorter way around. */
export function mixColors(a: Oklch, b: Oklch, amount: number): Oklch {
  const turn = ((b.hue - a.hue + 540) % 360) - 180;
  return {
    lightness: a.lightness + (b.lightness - a.lightness) * amount,
    chroma: a.chroma + (b.chroma - a.chroma) * amount,
    hue: a.hue + turn * amount,
  };
}

export function hexOf(color: Rgb): string {
  return `#${color.map((part) => part.toString(16).padStart(2, '0')).join('')}`;
}
