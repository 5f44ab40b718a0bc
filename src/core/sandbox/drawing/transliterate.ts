/** Text in characters that the sandbox's typeface has. */
import { glyphs, unknownGlyph } from './glyphs.ts';

const replacements: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  Æ: 'Ae',
  œ: 'oe',
  Œ: 'Oe',
  ø: 'o',
  Ø: 'O',
  đ: 'd',
  Đ: 'D',
  ð: 'd',
  Ð: 'D',
  þ: 'th',
  Þ: 'Th',
  ł: 'l',
  Ł: 'L',
  ı: 'i',
  '‘': "'",
  '’': "'",
  '‚': ',',
  '“': '"',
  '”': '"',
  '„': '"',
  '«': '"',
  '»': '"',
  '—': '–',
  '−': '-',
  '×': 'x',
  '•': '·',
  '¿': '?',
  '¡': '!',
  '。': '.',
  '、': ',',
  '！': '!',
  '？': '?',
  // Greek
  α: 'a',
  β: 'v',
  γ: 'g',
  δ: 'd',
  ε: 'e',
  ζ: 'z',
  η: 'i',
  θ: 'th',
  ι: 'i',
  κ: 'k',
  λ: 'l',
  μ: 'm',
  ν: 'n',
  ξ: 'x',
  ο: 'o',
  π: 'p',
  ρ: 'r',
  σ: 's',
  ς: 's',
  τ: 't',
  υ: 'y',
  φ: 'f',
  χ: 'ch',
  ψ: 'ps',
  ω: 'o',
  // Cyrillic
  а: 'a',
  б: 'b',
  в: 'v',
  г: 'g',
  ґ: 'g',
  д: 'd',
  е: 'e',
  є: 'ie',
  ж: 'zh',
  з: 'z',
  и: 'i',
  і: 'i',
  к: 'k',
  л: 'l',
  м: 'm',
  н: 'n',
  о: 'o',
  п: 'p',
  р: 'r',
  с: 's',
  т: 't',
  у: 'u',
  ф: 'f',
  х: 'kh',
  ц: 'ts',
  ч: 'ch',
  ш: 'sh',
  щ: 'shch',
  ъ: '',
  ы: 'y',
  ь: '',
  э: 'e',
  ю: 'iu',
  я: 'ia',
};

const invisible = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Mark}\p{Cc}\p{Cf}\p{Cs}]/gu;

/**
 * Accents are dropped, Greek and Cyrillic written in Latin letters, emoji left out; a character of another script becomes
 * a box, so that a reader sees there is text.
 */
export function transliterate(text: string): string {
  const plain = text.normalize('NFKD').replace(/\s+/g, ' ').replace(invisible, '');
  return Array.from(plain, replaceCharacter).join('').replace(/ +/g, ' ').trim();
}

function replaceCharacter(character: string): string {
  if (character === ' ' || character in glyphs) return character;
  const small = character.toLowerCase();
  const found = replacements[character] ?? replacements[small];
  if (found === undefined) return unknownGlyph;
  return character === small || character in replacements ? found : found.charAt(0).toUpperCase() + found.slice(1);
}
