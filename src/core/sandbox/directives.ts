/** Words in a prompt that bring out faults and delays on purpose; `docs/sandbox.md` has the table. */

export interface Directives {
  /** The prompt without them. */
  readonly text: string;
  readonly delayMs: number;
  /** Each fails the first `times` calls with this prompt. */
  readonly faults: readonly { readonly name: string; readonly times: number }[];
}

const directive = /\[(fail:([a-z0-9_]+)|delay|drop)(?::(\d{1,9}))?\]/gi;

/** `[fail:CODE]`, `[fail:CODE:TIMES]`, `[delay:MS]`, `[drop]`, `[drop:TIMES]`. */
export function parseDirectives(prompt: string): Directives {
  const faults: { name: string; times: number }[] = [];
  let delayMs = 0;
  for (const [, word = '', name = 'drop', number] of prompt.matchAll(directive)) {
    if (word.toLowerCase() === 'delay') delayMs += Number(number ?? 0);
    else faults.push({ name: name.toLowerCase(), times: number === undefined ? Infinity : Number(number) });
  }
  return { text: prompt.replace(directive, ' ').replace(/\s+/g, ' ').trim(), delayMs, faults };
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
