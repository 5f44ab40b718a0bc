/** Processes of the bench that say one line. */
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';

/** @throws an error where it ends without a word */
export async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output to read');
  for await (const line of createInterface({ input: child.stdout })) return line;
  throw new Error('a process of the bench ended without a word');
}
