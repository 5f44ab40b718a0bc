/** Flags that are derived from the catalog: every parameter of every model is one. */
import { type Command, Option } from 'commander';
import * as z from 'zod';
import type { Model } from '../core/catalog/model.ts';
import { enumValues } from '../core/catalog/parameters.ts';
import { ShotlistError } from '../core/errors.ts';

/** Names that are shorter than the parameter's own; the own name works too. */
const shortNames: Readonly<Record<string, string>> = { output_format: 'format' };

export interface ParameterFlag {
  /** Name of the parameter on the wire; where protocols spell it differently, the first of them. */
  readonly parameter: string;
  /** Flag without dashes in front. */
  readonly flag: string;
  readonly alias?: string;
  readonly takes: 'text' | 'number' | 'boolean' | 'json';
  /** All values that any model takes; empty where they are not listed. */
  readonly choices: readonly string[];
  readonly description: string;
}

/** One flag for each parameter that any of the models has, however it is spelled, in the order of the catalog. */
export function parameterFlags(models: readonly Model[]): ParameterFlag[] {
  const found = new Map<string, { parameter: string; variants: z.ZodType[] }>();
  for (const model of models) {
    for (const [parameter, schema] of Object.entries(model.parameters.shape)) {
      const own = dashed(parameter);
      const flag = found.get(own) ?? { parameter, variants: [] };
      flag.variants.push(schema);
      found.set(own, flag);
    }
  }
  return [...found].map(([own, { parameter, variants }]) => describeFlag(own, parameter, variants));
}

/** `output_format` and `outputFormat` to `output-format`. */
function dashed(parameter: string): string {
  return parameter
    .replaceAll('_', '-')
    .replaceAll(/[A-Z]/g, (letter) => `-${letter}`)
    .toLowerCase();
}

function describeFlag(own: string, parameter: string, variants: readonly z.ZodType[]): ParameterFlag {
  const schemas = variants.map(unwrapped);
  const types = new Set(schemas.map(({ def }) => takesOfType[def.type] ?? 'text'));
  const short = shortNames[parameter];
  const [takes = 'text'] = types.size === 1 ? types : [];
  return {
    parameter,
    flag: short ?? own,
    ...(short === undefined ? {} : { alias: own }),
    takes,
    choices: [...new Set(variants.flatMap((schema) => enumValues(schema) ?? []))],
    description: [...variants, ...schemas].find((schema) => schema.description !== undefined)?.description ?? '',
  };
}

const takesOfType: Readonly<Partial<Record<z.ZodType['def']['type'], ParameterFlag['takes']>>> = {
  int: 'number',
  number: 'number',
  boolean: 'boolean',
  object: 'json',
  record: 'json',
  array: 'json',
};

/** What an optional schema is about. JSON Schema would say it too, but takes longer than all the rest of a start. */
function unwrapped(schema: z.ZodType): z.ZodType {
  return schema instanceof z.ZodOptional ? unwrapped(schema.unwrap() as z.ZodType) : schema;
}

/** Adds the flags to a command; `parametersFrom` reads them again. */
export function addParameterFlags(command: Command, flags: readonly ParameterFlag[]): void {
  for (const flag of flags) {
    for (const name of [flag.flag, ...(flag.alias === undefined ? [] : [flag.alias])]) {
      const hidden = name === flag.alias;
      if (flag.takes === 'boolean') {
        command.addOption(option(`--${name}`, flag, hidden)).addOption(option(`--no-${name}`, flag, true));
      } else {
        command.addOption(option(`--${name} <${placeholder(flag)}>`, flag, hidden));
      }
    }
  }
}

const unlisted = ['size', 'duration'];

function option(text: string, flag: ParameterFlag, hidden: boolean): Option {
  // the sizes and lengths of all models together would say little
  const choices = flag.choices.length === 0 || unlisted.includes(flag.parameter) ? '' : `: ${flag.choices.join(', ')}`;
  return new Option(text, `${lowerFirst(flag.description).replace(/\.$/, '')}${choices}`).hideHelp(hidden);
}

function placeholder(flag: ParameterFlag): string {
  if (flag.parameter === 'size') return 'WxH|auto';
  if (flag.takes === 'json') return 'JSON';
  return flag.takes === 'number' ? 'N' : (dashed(flag.parameter).split('-').at(-1)?.toUpperCase() ?? 'VALUE');
}

/**
 * Parameters from flags and `--param`. Values get the type that the schema asks for where they look like it; whether
 * they are right is the plan's to say.
 * @throws ShotlistError `invalid_request` for what can't be read, or is given twice
 */
export function parametersFrom(
  flags: readonly ParameterFlag[],
  options: Readonly<Record<string, unknown>>,
  assignments: readonly string[],
): Record<string, unknown> {
  const parameters: Record<string, unknown> = {};
  const set = (name: string, value: unknown): void => {
    if (name in parameters && JSON.stringify(parameters[name]) !== JSON.stringify(value)) {
      throw new ShotlistError('invalid_request', `${name} is given twice, with different values.`);
    }
    parameters[name] = value;
  };
  for (const flag of flags) {
    for (const name of [flag.flag, flag.alias]) {
      const given = name === undefined ? undefined : options[optionKey(name)];
      if (typeof given === 'string') set(flag.parameter, valueOf(given, flag.takes, flag.parameter));
      else if (typeof given === 'boolean') set(flag.parameter, given);
    }
  }
  for (const assignment of assignments) {
    const [, name, text] = /^([A-Za-z_][\w.-]*)=([\s\S]*)$/.exec(assignment) ?? [];
    if (name === undefined || text === undefined) {
      throw new ShotlistError('invalid_request', `--param "${assignment}" is no NAME=VALUE.`, {
        hint: 'For example --param quality=high.',
      });
    }
    const known = flags.find((flag) => flag.parameter === name);
    set(name, known === undefined ? guess(text) : valueOf(text, known.takes, name));
  }
  return parameters;
}

/** The name under which commander keeps an option's value. */
function optionKey(flag: string): string {
  return new Option(`--${flag}`).attributeName();
}

function valueOf(text: string, takes: ParameterFlag['takes'], name: string): unknown {
  if (takes === 'number') return asNumber(text) ?? text;
  if (takes === 'boolean') return text === 'true' ? true : text === 'false' ? false : text;
  if (takes === 'text') return text;
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ShotlistError('invalid_request', `${name} has to be JSON: ${(error as Error).message}.`, {
      hint: `For example --param '${name}={"model":"gpt-6.1-terra"}'.`,
      cause: error,
    });
  }
}

/** A value for a parameter that no schema describes. */
function guess(text: string): unknown {
  if (text === 'true' || text === 'false' || text === 'null' || /^[[{]/.test(text)) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  }
  return asNumber(text) ?? text;
}

function asNumber(text: string): number | undefined {
  return /^-?\d+(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : undefined;
}

function lowerFirst(text: string): string {
  return /^[A-Z][a-z ]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}
