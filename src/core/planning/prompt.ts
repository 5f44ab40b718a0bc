import type { Model } from '../catalog/model.ts';
import { ShotlistError } from '../errors.ts';

/** @throws ShotlistError `invalid_request` for a prompt that is too long for the model */
export function checkPrompt(prompt: string, model: Model): void {
  const { maxPromptCharacters } = model.limits;
  const length = Array.from(prompt).length;
  if (length <= maxPromptCharacters) return;
  throw new ShotlistError(
    'invalid_request',
    `The prompt has ${length} characters; ${model.id} takes at most ${maxPromptCharacters}.`,
  );
}
