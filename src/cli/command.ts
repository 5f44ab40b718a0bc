/** What a command is to the program: it describes its arguments and gets an invocation. */
import type { Command } from 'commander';
import type { Redactor } from '../core/redaction.ts';
import type { Io } from './io.ts';
import type { Output } from './output.ts';

/** Options that every command takes. */
export interface GlobalOptions {
  readonly connection?: string;
  readonly apiKey?: string;
  readonly baseUrl?: string;
  readonly output?: string;
  readonly workspace?: string;
  readonly dryRun?: boolean;
  readonly fresh?: boolean;
  readonly yes?: boolean;
  /** US dollars. */
  readonly maxCost?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export interface Invocation<Options = object> {
  /** Positional arguments; undefined where an optional one is missing. */
  readonly arguments: readonly (string | undefined)[];
  readonly options: GlobalOptions & Options;
  readonly io: Io;
  readonly output: Output;
  /** Keys in use; what is printed goes through it. */
  readonly secrets: Redactor;
}

/** Runs the command and resolves to its exit code; what it throws is printed and becomes one. */
export type Handler<Options = object> = (invocation: Invocation<Options>) => Promise<number>;

/** Turns a handler into what commander calls. */
export type Act = <Options = object>(handler: Handler<Options>) => (...given: unknown[]) => Promise<void>;

/** Adds arguments, options, subcommands and actions to a command that has its name and summary already. */
export type Configure = (command: Command, act: Act) => void | Promise<void>;

export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** Whether it may send something that costs; options about that are shown in its help only. */
  readonly sends?: true;
  /** Loads the command's own file, and only when it is used. */
  readonly load: () => Promise<Configure>;
}
