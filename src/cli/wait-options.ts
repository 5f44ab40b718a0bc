/** Options about waiting for what takes minutes. */
import { type Command, InvalidArgumentError } from 'commander';

export interface WaitOptions {
  /** False with `--no-wait`. */
  readonly wait?: boolean;
  /** Minutes. */
  readonly window?: number;
}

const longestWindowMinutes = 24 * 60;

export function addWaitOptions(command: Command): void {
  command
    .option('--no-wait', 'send it and return; `shotlist jobs resume` fetches it later')
    .option('--window <MINUTES>', 'how long to wait before leaving it to be resumed (default: 30)', minutes);
}

function minutes(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !(number > 0) || number > longestWindowMinutes) {
    throw new InvalidArgumentError(`It has to be a number of minutes up to ${longestWindowMinutes}.`);
  }
  return number;
}
