/** How long our extension takes to activate, beside VS Code's built-in extensions of the same window. */
import { packVsix } from '../../scripts/vsix.ts';
import { Session } from '../e2e/session.ts';
import { median, milliseconds, type Measurement } from './measurement.ts';

/** `Activation: 12ms` of one row of *Running Extensions*. */
const activationPattern = /Activation:\s*(\d+)\s*ms/;

export async function measureActivation(rounds: number): Promise<Measurement[]> {
  await packVsix();
  const session = await Session.start({ workspace: 'plain' });
  const ours: number[] = [];
  const builtIn: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      if (round > 0) await session.reload();
      const times = await activationTimes(session);
      const mine = times.get('Shotlist');
      if (mine === undefined)
        throw new Error(`Shotlist is not among the running extensions: ${[...times.keys()].join(', ')}`);
      times.delete('Shotlist');
      // the first window after the installation reads everything from a cold disk
      if (round === 0) continue;
      ours.push(mine);
      builtIn.push(median([...times.values()]));
    }
  } finally {
    await session.stop();
  }
  return [
    {
      what: 'activation in VS Code beside the median of its built-in extensions',
      ours: milliseconds(median(ours)),
      peer: milliseconds(median(builtIn)),
      ratio: median(ours) / median(builtIn),
      goal: 1,
    },
  ];
}

/** Name → milliseconds, as VS Code itself shows them. */
async function activationTimes(session: Session): Promise<Map<string, number>> {
  const { workbench } = session;
  // the list draws only the rows that there is room for
  await workbench.page.setViewportSize({ width: 1280, height: 3000 });
  await workbench.openFile('notes.md');
  // the first command of ours activates us
  await workbench.command('Shotlist: Show Log');
  await workbench.command('Developer: Show Running Extensions');
  const rows = workbench.page.locator('.runtime-extensions-editor .monaco-list-row');
  await rows.filter({ hasText: 'Shotlist' }).filter({ hasText: activationPattern }).waitFor();
  const times = new Map<string, number>();
  for (const row of await rows.all()) {
    const text = await row.innerText();
    const time = activationPattern.exec(text)?.[1];
    const name = (await row.locator('.name').first().innerText()).trim();
    if (time !== undefined) times.set(name, Number(time));
  }
  return times;
}
