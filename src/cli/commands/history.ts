/** `shotlist history`: the history is made from the sidecars, which are the truth. */
import type { Command } from 'commander';
import type { Act, Invocation } from '../command.ts';
import { exitCodes } from '../exit-code.ts';
import { plural } from '../words.ts';
import { withSession } from '../session.ts';

export function configureHistory(command: Command, act: Act): void {
  command.usage('rebuild [OPTIONS]').helpCommand(false);
  command
    .command('rebuild')
    .usage('[OPTIONS]')
    .description('read all sidecars of the workspace and make the history from them')
    .addHelpText(
      'after',
      `
Examples:
  shotlist history rebuild
  shotlist history rebuild --workspace ~/projects/poster`,
    )
    .action(act(runRebuild));
}

async function runRebuild(invocation: Invocation): Promise<number> {
  const { output } = invocation;
  return withSession(invocation, async ({ pipeline }) => {
    const { assets, skipped } = await pipeline.rebuildHistory();
    for (const reason of skipped) output.warn(`skipped: ${reason}`);
    output.print(`${plural(assets, 'file')} in the history of ${pipeline.workspace.folder}`);
    output.document({ ok: true, assets, skipped });
    return exitCodes.done;
  });
}
