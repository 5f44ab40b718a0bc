/** Options that every command takes. */
import { type Command, InvalidArgumentError, Option } from 'commander';
import { ShotlistError } from '../core/errors.ts';
import type { GlobalOptions } from './command.ts';

export function addGlobalOptions(program: Command): void {
  program
    .option('--connection <ID>', 'where requests go: openai, google, vertex, sandbox, or one of your own')
    .addOption(new Option('--provider <ID>', 'the same as --connection').hideHelp())
    .option('--api-key <KEY>', 'key to use; better in the environment, or "-" to read it from standard input')
    .option('--base-url <URL>', 'another address that speaks the same protocol; it gets no key but --api-key')
    .option('-o, --output <PLACE>', 'file or folder for results; the extension of a file chooses the format')
    .option('--workspace <FOLDER>', 'workspace folder (default: the nearest one with shotlist.json or .shotlist)')
    .option('--dry-run', 'print the plan with its price; send nothing')
    .option('--fresh', 'start over instead of finishing a run that was cut off')
    .option('-y, --yes', "don't ask before much or expensive work")
    .option('--max-cost <USD>', 'send nothing that may cost more than this', dollars)
    .option('--json', 'print one JSON document on standard output')
    .option('-q, --quiet', 'print errors only')
    .option('--verbose', 'print the log on standard error');
}

/** @throws ShotlistError `invalid_request` where `--connection` and its alias disagree */
export function globalOptions<Options extends GlobalOptions & { provider?: string }>(options: Options): Options {
  const { connection, provider } = options;
  if (connection !== undefined && provider !== undefined && connection !== provider) {
    throw new ShotlistError('invalid_request', `--connection says ${connection} and --provider says ${provider}.`, {
      hint: 'They are the same option; give one of them.',
    });
  }
  return provider === undefined ? options : { ...options, connection: provider };
}

function dollars(text: string): number {
  const usd = Number(text.replace(/^\$/, ''));
  if (text.trim() === '' || !Number.isFinite(usd) || usd < 0) {
    throw new InvalidArgumentError('It has to be a number of US dollars, for example 0.50.');
  }
  return usd;
}
