/** Words in a prompt that bring out faults, delays and dialects on purpose; `docs/sandbox.md` has the tables. */

export interface NamedFault {
  readonly name: string;
  readonly times: number;
}

/** Calls that a video job goes through after it was created. */
export type Phase = 'poll' | 'download';

/** What becomes of a video job in place of a clip. */
export const endings = ['moderation', 'error', 'expired', 'gone', 'cancelled', 'empty', 'never'] as const;
export type Ending = (typeof endings)[number];

/** Ways in which other servers of the protocol answer. */
export const dialects = ['bare', 'link', 'numbers', 'silent', 'words'] as const;
export type Dialect = (typeof dialects)[number];

export interface Directives {
  /** The prompt without them. */
  readonly text: string;
  readonly delayMs: number;
  /** Of the creating call. Each fails the first `times` calls with this prompt. */
  readonly faults: readonly NamedFault[];
  /** Of the calls after it. Each fails the first `times` calls for the job. */
  readonly later: Readonly<Record<Phase, readonly NamedFault[]>>;
  /** How long a video job works, milliseconds. */
  readonly workMs?: number;
  readonly ending?: Ending;
  readonly dialects: readonly Dialect[];
  /** Written like a directive, with a name that isn't known. */
  readonly unknown: readonly string[];
}

const directive =
  /\[(?:(fail|poll|download):([a-z0-9_]+)(?::(\d{1,9}))?|(delay|time):(\d{1,9})|(drop)(?::(\d{1,9}))?|(end|dialect):([a-z0-9_]+))\]|\[delay\]/gi;

export function parseDirectives(prompt: string): Directives {
  const faults: NamedFault[] = [];
  const later: Record<Phase, NamedFault[]> = { poll: [], download: [] };
  const found: Dialect[] = [];
  const unknown: string[] = [];
  let delayMs = 0;
  let workMs: number | undefined;
  let ending: Ending | undefined;
  const fault = (name: string, times: string | undefined): NamedFault => ({
    name: name.toLowerCase(),
    times: times === undefined ? Infinity : Number(times),
  });
  for (const [whole, phase, name, times, wait, ms, drop, drops, choice, chosen] of prompt.matchAll(directive)) {
    if (phase !== undefined && name !== undefined) {
      const word = phase.toLowerCase();
      (word === 'poll' || word === 'download' ? later[word] : faults).push(fault(name, times));
    } else if (wait?.toLowerCase() === 'delay') delayMs += Number(ms);
    else if (wait !== undefined) workMs = Number(ms);
    else if (drop !== undefined) faults.push(fault('drop', drops));
    else if (choice !== undefined) {
      const known = choice.toLowerCase() === 'end' ? endings : dialects;
      const value = known.find((candidate) => candidate === chosen?.toLowerCase());
      if (value === undefined) unknown.push(whole);
      else if (isEnding(value)) ending = value;
      else found.push(value);
    }
  }
  return {
    text: prompt.replace(directive, ' ').replace(/\s+/g, ' ').trim(),
    delayMs,
    faults,
    later,
    dialects: found,
    unknown,
    ...(workMs === undefined ? {} : { workMs }),
    ...(ending === undefined ? {} : { ending }),
  };
}

function isEnding(value: Ending | Dialect): value is Ending {
  return endings.some((ending) => ending === value);
}

/** Remembers how often each fault of a prompt has happened. */
export interface FaultCounter {
  /** The fault that is due for this call, if any, which then counts as happened. */
  next(prompt: string, faults: Directives['faults']): string | undefined;
}

export function createFaultCounter(): FaultCounter {
  const happened = new Map<string, number>();
  return {
    next(prompt, faults) {
      for (const { name, times } of faults) {
        if (times === Infinity) return name;
        const key = JSON.stringify([prompt, name]);
        const count = happened.get(key) ?? 0;
        if (count >= times) continue;
        happened.set(key, count + 1);
        return name;
      }
      return undefined;
    },
  };
}
