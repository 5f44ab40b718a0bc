/** What a prompt's words say about the picture: where it plays, at what time of day, in which colour. */
import type { Seeded } from '../../seeded.ts';

export const places = ['mountains', 'hills', 'sea', 'forest', 'city', 'desert', 'space'] as const;
export type Place = (typeof places)[number];
export const moods = ['day', 'dawn', 'golden', 'dusk', 'night', 'mist'] as const;
export type Mood = (typeof moods)[number];
export const subjects = ['boat', 'lighthouse', 'cabin', 'balloon', 'fox'] as const;
export type Subject = (typeof subjects)[number];

export interface Theme {
  readonly place: Place;
  readonly mood: Mood;
  readonly subject?: Subject;
  readonly snow: boolean;
  /** A round emblem instead of a full picture. */
  readonly emblem: boolean;
  /** Degrees in OKLCH, where the prompt names a colour. */
  readonly hue?: number;
}

const placeWords: Readonly<Record<Place, string>> = {
  sea: 'sea ocean beach harbour harbor boat ship sail sailboat coast lighthouse island wave lake river fjord whale fish water shore pier surf',
  forest: 'forest wood tree fox deer bear owl jungle pine moss mushroom leaf wolf rabbit squirrel bird garden',
  city: 'city street town building skyline tower office cafe robot car train neon cyberpunk shop market rooftop bridge',
  desert: 'desert dune camel sand cactus canyon mars pyramid',
  space: 'space planet star galaxy rocket astronaut cosmic cosmos orbit comet universe',
  mountains: 'mountain alps peak summit snow glacier eagle ski cliff dragon castle',
  hills: 'hill valley meadow field farm cabin house village balloon kite cat dog horse sheep cow flower spring',
};

const moodWords: Readonly<Record<Mood, string>> = {
  night: 'night midnight dark moon moonlit neon star starry galaxy space owl nocturnal',
  dusk: 'dusk sunset evening twilight',
  golden: 'golden warm autumn fall amber desert',
  dawn: 'dawn sunrise morning pastel spring',
  mist: 'fog foggy mist misty rain rainy storm grey gray winter',
  day: 'day noon summer sunny bright clear',
};

const subjectWords: Readonly<Record<Subject, string>> = {
  lighthouse: 'lighthouse',
  boat: 'boat ship sail sailboat harbour harbor',
  cabin: 'cabin house cottage village home farm',
  balloon: 'balloon',
  fox: 'fox',
};

const hueWords: readonly (readonly [hue: number, words: string])[] = [
  [22, 'red crimson scarlet ruby'],
  [52, 'orange copper rust'],
  [88, 'yellow gold lemon'],
  [148, 'green emerald lime olive'],
  [192, 'teal turquoise cyan mint'],
  [250, 'blue azure navy indigo'],
  [305, 'purple violet lavender'],
  [352, 'pink rose magenta'],
];

export function themeOf(prompt: string, seeded: Seeded): Theme {
  const words =
    prompt
      .toLowerCase()
      .match(/\p{Letter}+/gu)
      ?.flatMap((word) => [word, word.replace(/(e?s)$/, ''), word.replace(/s$/, '')]) ?? [];
  /** Of all names the one whose word comes first: "mountain lake" is about mountains. */
  const named = <Name extends string>(table: Readonly<Record<Name, string>>): Name | undefined => {
    for (const word of words) {
      const name = (Object.keys(table) as Name[]).find((candidate) => table[candidate].split(' ').includes(word));
      if (name !== undefined) return name;
    }
    return undefined;
  };
  const mentions = (list: string): boolean => words.some((word) => list.split(' ').includes(word));
  const place = named(placeWords) ?? seeded.pick(['mountains', 'hills', 'sea', 'forest', 'mountains', 'desert']);
  const mood =
    named(moodWords) ??
    (place === 'space' ? 'night' : seeded.pick(['golden', 'dusk', 'dawn', 'day', 'golden', 'dusk']));
  const subject = named(subjectWords);
  const hue = hueWords.find(([, list]) => mentions(list))?.[0];
  return {
    place,
    mood,
    snow: mentions('snow snowy winter ice frozen glacier'),
    emblem: mentions('logo icon sticker badge emblem mascot avatar'),
    ...(subject === undefined ? {} : { subject }),
    ...(hue === undefined ? {} : { hue }),
  };
}
