/** Which actions mend an error: data, so that the words and the doing lie elsewhere. */
import type { ErrorCode, ErrorData } from '../core/errors.ts';

export const errorActions = [
  'setApiKey',
  'switchConnection',
  'openBilling',
  'openOrganization',
  'useReplacement',
  'openSettings',
  'manageTrust',
  'tryAgain',
  'showLog',
] as const;
export type ErrorAction = (typeof errorActions)[number];

export interface ErrorContext {
  /** Whether the connection is OpenAI itself, whose pages for billing and organization are known. */
  readonly atOpenai: boolean;
  /** The model to use instead of a retired one. */
  readonly replacement?: string | undefined;
  /** Whether what failed can be done once more from here. */
  readonly canRepeat: boolean;
  /** Whether the provider may have done and charged the work all the same. */
  readonly maybeCharged: boolean;
}

const table: Readonly<Record<ErrorCode, readonly ErrorAction[]>> = {
  invalid_request: ['openSettings', 'showLog'],
  unsupported_parameter: ['openSettings', 'showLog'],
  model_retired: ['useReplacement', 'openSettings'],
  model_not_found: ['openSettings', 'switchConnection'],
  missing_key: ['setApiKey', 'switchConnection'],
  invalid_key: ['setApiKey', 'switchConnection', 'showLog'],
  permission_denied: ['openOrganization', 'setApiKey', 'showLog'],
  quota_exceeded: ['openBilling', 'switchConnection', 'showLog'],
  budget_exceeded: ['openSettings', 'showLog'],
  rate_limited: ['tryAgain', 'showLog'],
  moderation_blocked: ['showLog'],
  provider_unavailable: ['tryAgain', 'showLog'],
  connection_failed: ['tryAgain', 'showLog'],
  timeout: ['tryAgain', 'showLog'],
  cancelled: [],
  bad_response: ['showLog'],
  download_failed: ['showLog'],
  write_failed: ['showLog'],
  template_error: ['showLog'],
  outside_workspace: ['openSettings', 'showLog'],
  untrusted_workspace: ['manageTrust'],
  not_found: ['switchConnection', 'showLog'],
  internal: ['showLog'],
};

/** At most three, the most useful first. */
export function actionsFor(code: ErrorCode, context: ErrorContext): readonly ErrorAction[] {
  return table[code].filter((action) => applies(action, context)).slice(0, 3);
}

function applies(action: ErrorAction, context: ErrorContext): boolean {
  if (action === 'openBilling' || action === 'openOrganization') return context.atOpenai;
  if (action === 'useReplacement') return context.replacement !== undefined;
  // the same button must never be a way to pay twice without knowing it
  if (action === 'tryAgain') return context.canRepeat && !context.maybeCharged;
  return true;
}

/** Errors whose first action says all that their hint would say. */
const mended: readonly ErrorAction[] = ['setApiKey', 'openBilling', 'useReplacement', 'manageTrust'];

/** Longer messages quote a server that says much; the log has all of it. */
const shownCharacters = 160;

/** The sentence to show: with the hint where no button says the same. */
export function errorText(error: Pick<ErrorData, 'message' | 'hint'>, actions: readonly ErrorAction[]): string {
  const first = actions[0];
  const said = error.hint === undefined || (first !== undefined && mended.includes(first));
  const message = firstSentence(error.message);
  return said ? message : `${message} ${error.hint}`;
}

function firstSentence(message: string): string {
  const end = message.search(/[.!?]\s+\p{Lu}/u);
  return message.length <= shownCharacters || end === -1 ? message : message.slice(0, end + 1);
}
