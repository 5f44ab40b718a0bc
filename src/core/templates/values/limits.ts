import { TemplateFault } from './fault.ts';

/** Items that one `range()` may have, and times that `*` may repeat. */
export const maxRangeItems = 1000;

/** UTF-16 units of any text that a template makes on its way. */
export const maxTextLength = 1_000_000;

/** Items of any list that a template makes on its way. */
const maxListLength = 100_000;

/** Bits of a whole number: Python prints none with more than 4300 digits either. */
export const maxIntegerBits = 14_000;

export function checkTextLength(length: number): void {
  if (length > maxTextLength) {
    throw new TemplateFault('Limit', `A text in the template grows beyond ${maxTextLength} characters.`);
  }
}

export function checkListLength(length: number): void {
  if (length > maxListLength) {
    throw new TemplateFault('Limit', `A list in the template grows beyond ${maxListLength} items.`);
  }
}
