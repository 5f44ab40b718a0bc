/** What can be done with an earlier clip. */
import type { VideoModel } from '../../core/catalog/model.ts';
import type { VideoAction } from '../../core/generation.ts';

/** How the clip can be handed over to a provider. */
export interface ClipForms {
  /** The provider's own name for it is known, and the model is asked at the connection that made it. */
  readonly id: boolean;
  /** Its file is there. */
  readonly file: boolean;
}

/** In the order of the model's table. */
export function sourceActions({ limits }: VideoModel, forms: ClipForms): readonly VideoAction[] {
  const actions = Object.entries(limits.sources) as [VideoAction, { forms: readonly ('id' | 'file')[] }][];
  return actions.filter(([, rule]) => rule.forms.some((form) => forms[form])).map(([action]) => action);
}
