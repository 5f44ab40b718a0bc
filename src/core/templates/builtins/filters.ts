import type { FunctionTable } from '../values/call.ts';
import { dataFilters } from './data-filters.ts';
import { numberFilters } from './number-filters.ts';
import { selectionFilters } from './selection-filters.ts';
import { sequenceFilters } from './sequence-filters.ts';
import { textFilters } from './text-filters.ts';

/** Every filter, by name. */
export const filters: FunctionTable = new Map([
  ...textFilters,
  ...sequenceFilters,
  ...selectionFilters,
  ...numberFilters,
  ...dataFilters,
]);
