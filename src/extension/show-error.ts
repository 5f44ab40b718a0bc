import * as vscode from 'vscode';
import type { Connection } from '../core/connections/connection.ts';
import { ShotlistError, type ErrorData } from '../core/errors.ts';
import type { Action } from './dialogs.ts';
import { actionsFor, errorText, type ErrorAction } from './error-actions.ts';
import type { Services } from './services.ts';

/** OpenAI's own pages (platform.openai.com, as its error messages name them, 2026-11). */
const billingPage = 'https://platform.openai.com/settings/organization/billing/overview';
const organizationPage = 'https://platform.openai.com/settings/organization/general';

/** What is known of the error's surroundings; each part makes an action possible. */
export interface Situation {
  readonly connection?: Connection | undefined;
  readonly maybeCharged?: boolean;
  /** Does the same once more. */
  readonly repeat?: () => unknown;
  readonly replacement?: { readonly model: string; use(): unknown } | undefined;
}

/** One sentence with the actions that mend it. A cancellation by the person is not an error to show. */
export function showError(services: Services, thrown: unknown, situation: Situation = {}): ErrorData {
  const error = ShotlistError.from(thrown);
  const data = redactedData(services, error);
  if (error.code === 'cancelled') return data;
  services.log.fault(error);
  const wanted = actionsFor(error.code, {
    atOpenai: situation.connection?.vendor === 'openai',
    replacement: situation.replacement?.model,
    canRepeat: situation.repeat !== undefined,
    maybeCharged: situation.maybeCharged ?? error.maybeCharged,
  });
  const actions = wanted.map((action) => actionOf(services, action, situation));
  services.dialogs.fail(errorText(data, wanted), actions);
  return data;
}

function redactedData(services: Services, error: ShotlistError): ErrorData {
  const data = error.toData();
  const { hint } = data;
  return {
    ...data,
    message: services.log.redact(data.message),
    ...(hint === undefined ? {} : { hint: services.log.redact(hint) }),
  };
}

function actionOf(services: Services, action: ErrorAction, situation: Situation): Action {
  const command = (label: string, id: string, ...args: unknown[]): Action => ({
    label,
    run: () => vscode.commands.executeCommand(id, ...args),
  });
  const page = (label: string, url: string): Action => ({
    label,
    run: () => vscode.env.openExternal(vscode.Uri.parse(url)),
  });
  const makers: Readonly<Record<ErrorAction, () => Action>> = {
    setApiKey: () => command(vscode.l10n.t('Set API Key…'), 'shotlist.setApiKey'),
    switchConnection: () => command(vscode.l10n.t('Switch Connection…'), 'shotlist.switchConnection'),
    openBilling: () => page(vscode.l10n.t('Open Billing Page'), billingPage),
    openOrganization: () => page(vscode.l10n.t('Open Organization Page'), organizationPage),
    useReplacement: () => ({
      label: vscode.l10n.t('Use {0}', situation.replacement?.model ?? ''),
      run: () => situation.replacement?.use(),
    }),
    openSettings: () =>
      command(vscode.l10n.t('Open Settings'), 'workbench.action.openSettings', `@ext:${services.context.extension.id}`),
    manageTrust: () => command(vscode.l10n.t('Manage Workspace Trust'), 'workbench.trust.manage'),
    tryAgain: () => ({ label: vscode.l10n.t('Try Again'), run: () => situation.repeat?.() }),
    showLog: () => ({ label: vscode.l10n.t('Show Log'), run: () => services.log.show() }),
  };
  return makers[action]();
}
