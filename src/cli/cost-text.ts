import { formatUsd } from '../core/catalog/price.ts';
import type { Cost } from '../core/generation.ts';

/** What was paid; `about` where it is an estimate. */
export function costText({ usd, basis }: Cost): string {
  return `${basis === 'usage' ? '' : 'about '}${formatUsd(usd)}`;
}
