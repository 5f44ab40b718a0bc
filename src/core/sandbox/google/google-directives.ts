/** What a prompt asks the sandbox to do to its creating call, at Google's protocols. */
import type { Clock } from '../../environment.ts';
import type { Directives, FaultCounter } from '../directives.ts';
import type { Call } from '../router.ts';
import { bringOutGoogle, invalidArgument } from './google-answer.ts';

/** `key` tells this prompt from others, for faults that happen so many times. @throws GoogleRefusal */
export async function obeyDirectives(
  { signal }: Call,
  key: string,
  directives: Directives,
  { clock, faults }: { readonly clock: Clock; readonly faults: FaultCounter },
): Promise<void> {
  const [unknown] = directives.unknown;
  if (unknown !== undefined) throw invalidArgument(`The sandbox knows no directive '${unknown}'.`);
  if (directives.delayMs > 0) await clock.sleep(directives.delayMs, signal);
  await bringOutGoogle(faults.next(key, directives.faults), signal);
}
