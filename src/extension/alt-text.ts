/** Alternative texts for pictures, taken from the prompts that made them. */

/** Screen readers cut longer texts off. */
const maxAltCharacters = 125;
// invisible characters could make a text read differently from what it is
const invisible = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line of at most 125 characters, cut between words. */
export function altTextOf(prompt: string): string {
  const characters = Array.from(prompt.replace(invisible, ' ').replace(/\s+/gu, ' ').trim());
  if (characters.length <= maxAltCharacters) return characters.join('');
  const head = characters.slice(0, maxAltCharacters - 1).join('');
  const lastSpace = head.lastIndexOf(' ');
  // a text without spaces near the end (Chinese, a long address) is cut where it is
  const cut = lastSpace > maxAltCharacters / 2 ? head.slice(0, lastSpace) : head;
  return `${cut.replace(/[\s,;:.–—-]+$/u, '')}…`;
}
