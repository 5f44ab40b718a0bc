/** Reads the command line, runs the command and ends the process with its exit code. */
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { ShotlistError } from '../core/errors.ts';
import { createRedactor } from '../core/redaction.ts';
import type { Act, GlobalOptions } from './command.ts';
import { commands } from './commands.ts';
import { exitCodeOfError, exitCodes } from './exit-code.ts';
import { addGlobalOptions, globalOptions } from './global-options.ts';
import { configureHelp } from './help.ts';
import { flush, ignoreClosedPipes, processIo, type Io } from './io.ts';
import { createOutput } from './output.ts';

/** They are kept out of whatever is printed, used or not. */
const keyVariables = ['OPENAI_API_KEY', 'GEMINI_API_KEY', 'GOOGLE_API_KEY'];

/** Does everything, and exits. */
export async function runProgram(given: readonly string[]): Promise<void> {
  const io = processIo();
  ignoreClosedPipes(io);
  const exitCode = await run(given, io);
  await flush(io);
  process.exit(exitCode);
}

async function run(given: readonly string[], io: Io): Promise<number> {
  const secrets = createRedactor(keyVariables.map((name) => io.variables[name]));
  let exitCode: number = exitCodes.done;
  const act: Act =
    (handler) =>
    async (...called) => {
      const command = called.at(-1) as Command;
      const options = globalOptions(command.optsWithGlobals<GlobalOptions>());
      const output = createOutput(io, secrets, { json: options.json === true, quiet: options.quiet === true });
      exitCode = await handler({
        arguments: command.processedArgs as (string | undefined)[],
        options: options as Parameters<typeof handler>[0]['options'],
        io,
        output,
        secrets,
      });
    };
  try {
    await createProgram(act).parseAsync(helpLast(given), { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return exitCodes.done;
    const fault = error instanceof CommanderError ? usageError(error) : ShotlistError.from(error);
    const options = given.slice(0, given.includes('--') ? given.indexOf('--') : undefined);
    createOutput(io, secrets, { json: options.includes('--json'), quiet: false }).fail(fault);
    return exitCodeOfError(fault);
  }
  return exitCode;
}

function createProgram(act: Act): Command {
  const program = new Command('shotlist')
    .description('Prompts are source files; images and video are what they build.')
    .version(manifest.version, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .exitOverride()
    .configureOutput({ outputError: () => {} });
  configureHelp(program, commands);
  addGlobalOptions(program);
  for (const entry of commands) program.command(entry.name).description(entry.summary);
  program.hook('preSubcommand', async (_, command) => {
    const entry = commands.find(({ name }) => name === command.name());
    const configure = await entry?.load();
    await configure?.(command, act);
  });
  return program;
}

/** `shotlist help image` is `shotlist image --help`. */
function helpLast(given: readonly string[]): string[] {
  return given[0] === 'help' ? [...given.slice(1), '--help'] : [...given];
}

function usageError(error: CommanderError): ShotlistError {
  if (error.code === 'commander.help') {
    return new ShotlistError('invalid_request', 'Name a command.', { hint: 'The help above lists them.' });
  }
  const [message = '', ...more] = error.message.replace(/^error: /, '').split('\n');
  const sentence = message.charAt(0).toUpperCase() + message.slice(1);
  const suggestion = more.join(' ').replaceAll(/^\(|\)$/g, '');
  return new ShotlistError('invalid_request', /[.?!]$/.test(sentence) ? sentence : `${sentence}.`, {
    hint: suggestion === '' ? hints[error.code] : suggestion,
    cause: error,
  });
}

const hints: Readonly<Record<string, string>> = {
  'commander.excessArguments': 'Put a prompt of several words in quotes.',
  'commander.unknownOption': '`shotlist COMMAND --help` lists the options.',
  'commander.unknownCommand': '`shotlist --help` lists the commands.',
};
