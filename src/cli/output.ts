/** What is printed where: results on standard output, everything else on standard error. */
import { styleText } from 'node:util';
import type { ShotlistError } from '../core/errors.ts';
import type { JobReport } from '../core/jobs/job.ts';
import type { Redactor } from '../core/redaction.ts';
import type { Io } from './io.ts';
import { harmless } from './words.ts';

export interface OutputOptions {
  readonly json: boolean;
  readonly quiet: boolean;
}

export interface Output extends OutputOptions {
  /** A line of results; nothing with `--json`. */
  print(text: string): void;
  /** The one JSON document of this run; nothing without `--json`. */
  document(value: object): void;
  /** A line for the person; silent with `--quiet`. */
  note(text: string): void;
  /** Something the person should know although it works; silent with `--quiet`. */
  warn(text: string): void;
  /** Why it didn't work: as text, and with `--json` as the document too. */
  fail(error: ShotlistError, jobs?: readonly JobReport[]): void;
}

export function createOutput(io: Io, secrets: Redactor, options: OutputOptions): Output {
  const style = (format: 'red' | 'yellow' | 'dim', text: string): string =>
    styleText(format, text, { stream: io.stderr, validateStream: true });
  const shown = (text: string): string => harmless(secrets.redact(text));
  let documents = 0;
  const output: Output = {
    ...options,
    print(text) {
      if (!options.json) io.stdout.write(`${io.stdout.isTTY ? harmless(text) : text}\n`);
    },
    document(value) {
      if (!options.json || documents > 0) return;
      documents += 1;
      io.stdout.write(`${JSON.stringify(value, undefined, 2)}\n`);
    },
    note(text) {
      if (!options.quiet) io.stderr.write(`${shown(text)}\n`);
    },
    warn(text) {
      if (!options.quiet) io.stderr.write(`${style('yellow', 'warning:')} ${shown(text)}\n`);
    },
    fail(error, jobs = []) {
      const data = error.toData();
      const message = secrets.redact(data.message);
      io.stderr.write(`${style('red', 'error:')} ${harmless(message)} ${style('dim', `(${data.code})`)}\n`);
      if (data.hint !== undefined) io.stderr.write(`${shown(data.hint)}\n`);
      output.document({ ok: false, error: { ...data, message }, jobs });
    },
  };
  return output;
}
