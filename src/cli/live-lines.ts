/** Lines at the bottom of a terminal that are drawn again and again. */
import { stripVTControlCharacters, styleText } from 'node:util';
import type { Io } from './io.ts';
import { harmless } from './words.ts';

export interface LiveLines {
  /** Whether this is a terminal that can do it; elsewhere nothing is drawn. */
  readonly isLive: boolean;
  /** Puts these lines in the place of those before. */
  draw(lines: readonly string[]): void;
  /** Removes them. */
  clear(): void;
}

export function createLiveLines({ stderr, variables }: Io, isQuiet: boolean): LiveLines {
  const isLive = stderr.isTTY && !isQuiet && variables['CI'] === undefined && variables['TERM'] !== 'dumb';
  let drawn = 0;
  const home = (): string => `\r${drawn > 1 ? `\u001B[${drawn - 1}A` : ''}\u001B[J`;
  return {
    isLive,
    draw(lines) {
      if (!isLive) return;
      const shown = withinRows(lines, stderr.rows).map((line) =>
        styleText('dim', fit(harmless(line), stderr.columns), { stream: stderr, validateStream: true }),
      );
      stderr.write(home() + shown.join('\n'));
      drawn = shown.length;
    },
    clear() {
      if (!isLive || drawn === 0) return;
      stderr.write(home());
      drawn = 0;
    },
  };
}

/** More lines than the terminal has could not be drawn again. */
function withinRows(lines: readonly string[], rows: number | undefined): readonly string[] {
  const room = Math.max(3, (rows === undefined || rows === 0 ? 24 : rows) - 1);
  return lines.length <= room ? lines : [...lines.slice(0, room - 1), `… and ${lines.length - room + 1} more`];
}

function fit(line: string, width: number | undefined): string {
  // a terminal that doesn't know its width says 0
  const columns = width === undefined || width < 20 ? 80 : width;
  const plain = stripVTControlCharacters(line).replaceAll('\n', ' ');
  return plain.length < columns ? plain : `${plain.slice(0, columns - 2)}…`;
}
