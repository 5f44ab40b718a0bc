/** Text and bytes in answers of servers: somebody else's, so nothing about them is taken for granted. */

const maxCharacters = 300;

/** What a server says, in one line of bounded length; may be empty. */
export function oneLine(text: string): string {
  // cut first: a body may be megabytes long
  const line = text
    .slice(0, maxCharacters * 4)
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return line.length > maxCharacters ? `${line.slice(0, maxCharacters).trimEnd()}…` : line;
}

/** Undefined for what is no base64, or nothing. */
export function strictBase64(digits: string): Uint8Array | undefined {
  const length = digits.endsWith('==') ? digits.length - 2 : digits.endsWith('=') ? digits.length - 1 : digits.length;
  // Buffer skips what is no base64: a wrong length is what shows it
  const bytes = Buffer.from(digits, 'base64');
  return length > 0 && length % 4 !== 1 && bytes.length === Math.floor((length * 3) / 4) ? bytes : undefined;
}
