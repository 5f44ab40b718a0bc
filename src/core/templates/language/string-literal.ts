const simple = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
  ['\\', '\\'],
  ["'", "'"],
  ['"', '"'],
  ['a', '\u0007'],
  ['b', '\b'],
  ['f', '\f'],
  ['v', '\v'],
  ['\n', ''],
]);

const escape = /\\(?:([0-7]{1,3})|x([\da-fA-F]{0,2})|u([\da-fA-F]{0,4})|U([\da-fA-F]{0,8})|(.))/gsu;

/**
 * The text that a string of Python means by what stands between its quotes. An unknown escape stays as it is written;
 * undefined where Python refuses one, or where it names a character (`\N{…}`).
 */
export function unescapeString(written: string): string | undefined {
  let wrong = false;
  const value = written.replaceAll(
    escape,
    (whole: string, octal?: string, byte?: string, short?: string, long?: string, other?: string) => {
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const hex = byte ?? short ?? long;
      if (hex !== undefined) {
        const digits = byte !== undefined ? 2 : short !== undefined ? 4 : 8;
        const code = Number.parseInt(hex, 16);
        wrong ||= hex.length !== digits || code > 0x10ffff;
        return wrong ? whole : String.fromCodePoint(code);
      }
      wrong ||= other === 'N';
      return simple.get(other ?? '') ?? whole;
    },
  );
  return wrong ? undefined : value;
}
