/** Checks one parameter by its schema and refuses it in the API's own words. */
import type * as z from 'zod';
import { badRequest, type OpenaiRefusal } from './envelope.ts';

/** The value as the schema wants it. `fromForm`: it came as text. @throws OpenaiRefusal */
export function checkParameter(name: string, value: unknown, schema: z.ZodType, fromForm: boolean): unknown {
  const direct = schema.safeParse(value);
  if (direct.success) return direct.data;
  if (fromForm && typeof value === 'string') {
    const read = readText(value);
    if (read !== undefined) {
      const parsed = schema.safeParse(read);
      if (parsed.success) return parsed.data;
      throw parameterRefusal(name, read, parsed.error.issues[0]);
    }
  }
  throw parameterRefusal(name, value, direct.error.issues[0]);
}

/** Numbers and booleans as forms carry them. */
function readText(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' ? true : text === 'false' ? false : undefined;
}

function parameterRefusal(name: string, value: unknown, issue: z.core.$ZodIssue | undefined): OpenaiRefusal {
  const param = [name, ...(issue?.path ?? [])].join('.');
  const shown =
    typeof value === 'string' ? `'${value.slice(0, 100)}'` : (JSON.stringify(value) ?? 'nothing').slice(0, 100);
  switch (issue?.code) {
    case 'invalid_type':
      if (issue.input === undefined && issue.path.length > 0) return missingParameter(param);
      return badRequest(
        'invalid_type',
        param,
        `Invalid type for '${param}': expected ${issue.expected}, but got ${typeName(value)} instead.`,
      );
    case 'unrecognized_keys':
      return unknownParameter(`${param}.${issue.keys[0] ?? ''}`);
    case 'invalid_value': {
      if (typeof value !== typeof issue.values[0]) {
        return badRequest(
          'invalid_type',
          param,
          `Invalid type for '${param}': expected one of ${listed(issue.values)}, but got ${typeName(value)} instead.`,
        );
      }
      return badRequest(
        'invalid_value',
        param,
        `Invalid value: ${shown}. Supported values are: ${listed(issue.values)}.`,
      );
    }
    case 'too_big':
      return limitRefusal(param, value, 'above', Number(issue.maximum), issue.origin);
    case 'too_small':
      return limitRefusal(param, value, 'below', Number(issue.minimum), issue.origin);
    case 'custom':
    case 'invalid_element':
    case 'invalid_format':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case undefined:
    default:
      return badRequest(
        'invalid_value',
        param,
        `Invalid value: ${shown}. ${sentence(issue?.message ?? 'It is not supported')}`,
      );
  }
}

function limitRefusal(
  param: string,
  value: unknown,
  side: 'above' | 'below',
  limit: number,
  origin: string,
): OpenaiRefusal {
  const extreme = side === 'above' ? 'max' : 'min';
  if (origin === 'string') {
    const length = typeof value === 'string' ? value.length : 0;
    return badRequest(
      `string_${side}_${extreme}_length`,
      param,
      `Invalid '${param}': string too ${side === 'above' ? 'long' : 'short'}. Expected a string with ${extreme}imum length ${limit}, but got a string with length ${length} instead.`,
    );
  }
  return badRequest(
    `integer_${side}_${extreme}_value`,
    param,
    `Invalid '${param}': integer ${side} ${extreme}imum value. Expected a value ${side === 'above' ? '<=' : '>='} ${limit}, but got ${JSON.stringify(value)} instead.`,
  );
}

export function missingParameter(name: string): OpenaiRefusal {
  return badRequest('missing_required_parameter', name, `Missing required parameter: '${name}'.`);
}

export function unknownParameter(name: string): OpenaiRefusal {
  return badRequest('unknown_parameter', name, `Unknown parameter: '${name}'.`);
}

export function wrongType(name: string, expected: string, value: unknown): OpenaiRefusal {
  return badRequest(
    'invalid_type',
    name,
    `Invalid type for '${name}': expected ${expected}, but got ${typeName(value)} instead.`,
  );
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'number' && !Number.isInteger(value)
    ? 'a decimal number'
    : `${typeof value === 'object' ? 'an' : 'a'} ${typeof value}`;
}

function listed(values: readonly unknown[]): string {
  const quoted = values.map((value) => `'${String(value)}'`);
  return quoted.length < 2 ? quoted.join('') : `${quoted.slice(0, -1).join(', ')}, and ${quoted.at(-1) ?? ''}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1).replace(/\.$/, '')}.`;
}
