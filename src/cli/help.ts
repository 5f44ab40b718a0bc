/** How help looks: commands first, and only the options that mean something to a command. */
import { type Command, Help, type Option } from 'commander';
import type { CommandEntry } from './command.ts';

/** Options about sending and about its results. */
const sendingOptions = new Set(['--output', '--dry-run', '--fresh', '--yes', '--max-cost']);
const globalHeading = 'Options of all commands:';

export function configureHelp(program: Command, commands: readonly CommandEntry[]): void {
  const sends = (command: Command): boolean => {
    const top = command.parent === null || command.parent === program ? command : command.parent;
    return commands.some(({ name, sends }) => sends === true && name === top.name());
  };
  const original = new Help();
  program
    .usage('COMMAND [ARGUMENTS] [OPTIONS]')
    .commandsGroup('Commands:')
    .optionsGroup(globalHeading)
    .configureHelp({
      showGlobalOptions: true,
      subcommandTerm: (command) => command.name(),
      styleTitle: (title) => (title === 'Global Options:' ? globalHeading : title),
      commandDescription: (command) => sentence(command.description()),
      visibleOptions: (command) =>
        original.visibleOptions(command).filter((option) => command === program || option.long !== '--help'),
      visibleGlobalOptions: (command) =>
        globalOptionsOf(command).filter(
          ({ hidden, long }) => !hidden && (sends(command) || !sendingOptions.has(long ?? '')),
        ),
      formatHelp: (command, helper) =>
        command === program ? commandsFirst(command, helper) : original.formatHelp.call(helper, command, helper),
    })
    .addHelpText('after', examples);
}

const examples = `
Examples:
  shotlist image "a lighthouse at dusk" -o lighthouse.png
  shotlist image @prompt.txt -n 3 --aspect 16:9
  shotlist image "make it night" --reference lighthouse.png
  shotlist video "the lamp goes on" --image lighthouse.png --seconds 8
  shotlist image "a lighthouse at dusk" --connection sandbox     (no key, no cost)

\`shotlist COMMAND --help\` says more about a command. Keys are taken from OPENAI_API_KEY and GEMINI_API_KEY.`;

function commandsFirst(program: Command, helper: Help): string {
  const list = (items: readonly { term: string; description: string }[]): string[] => {
    const width = Math.max(...items.map(({ term }) => term.length));
    return items.map(({ term, description }) => helper.formatItem(term, width, description, helper));
  };
  return [
    `${helper.styleTitle('Usage:')} ${helper.commandUsage(program)}`,
    '',
    helper.commandDescription(program),
    '',
    helper.styleTitle('Commands:'),
    ...list(
      helper.visibleCommands(program).map((command) => ({ term: command.name(), description: command.description() })),
    ),
    '',
    helper.styleTitle('Options:'),
    ...list(helper.visibleOptions(program).map((option) => ({ term: option.flags, description: option.description }))),
    '',
  ].join('\n');
}

function globalOptionsOf(command: Command): Option[] {
  return command.parent === null
    ? []
    : [...command.parent.options.filter(({ long }) => long !== '--version'), ...globalOptionsOf(command.parent)];
}

function sentence(text: string): string {
  return text === '' ? '' : `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}
