import { functionTable, type FunctionTable, type Implementation } from '../values/call.ts';
import { isTitled, spaces } from './text-tools.ts';

const every =
  (pattern: RegExp): Implementation =>
  (_, text: string) =>
    pattern.test(text);

/** The questions that a str answers about its characters. */
export const textPredicates: FunctionTable = functionTable([
  ['isalpha', 'text /', every(/^\p{L}+$/u)],
  ['isalnum', 'text /', every(/^[\p{L}\p{N}]+$/u)],
  ['isdecimal', 'text /', every(/^\p{Nd}+$/u)],
  ['isdigit', 'text /', every(/^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]+$/u)],
  ['isnumeric', 'text /', every(/^\p{N}+$/u)],
  ['isspace', 'text /', every(new RegExp(`^[${spaces}]+$`))],
  ['isascii', 'text /', every(/^[\0-\x7f]*$/)],
  ['isprintable', 'text /', every(/^(?: |[^\p{C}\p{Z}])*$/u)],
  ['isidentifier', 'text /', every(/^[\p{XID_Start}_]\p{XID_Continue}*$/u)],
  ['islower', 'text /', (_, text: string) => /\p{Lowercase}/u.test(text) && !/[\p{Uppercase}\p{Lt}]/u.test(text)],
  ['isupper', 'text /', (_, text: string) => /\p{Uppercase}/u.test(text) && !/[\p{Lowercase}\p{Lt}]/u.test(text)],
  ['istitle', 'text /', (_, text: string) => isTitled(text)],
]);
