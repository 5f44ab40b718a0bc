import type { ErrorData } from '../core/errors.ts';
import type { JobReport } from '../core/jobs/job.ts';
import type { Services } from './services.ts';

/** What every command resolves to; it never rejects. The shape is that of the command line's `--json`. */
export interface Outcome {
  readonly ok: boolean;
  readonly jobs?: readonly JobReport[];
  readonly warnings?: readonly string[];
  readonly error?: ErrorData;
}

export interface Command {
  /** False only for commands that neither send nor write anything. */
  readonly needsTrust: boolean;
  /** `args` come from menus, keybindings and other extensions: whoever looks at them parses them first. */
  run(services: Services, args: readonly unknown[]): Promise<Outcome>;
}
