/** The Gemini protocol: Google's Interactions API. */
import type { Provider } from '../provider.ts';

export const geminiProvider: Provider = { protocol: 'gemini', listModels: () => Promise.resolve([]) };
