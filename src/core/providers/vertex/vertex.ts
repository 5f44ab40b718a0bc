/** Veo on Google's cloud. */
import type { Provider } from '../provider.ts';

export const vertexProvider: Provider = { protocol: 'vertex', listModels: () => Promise.resolve([]) };
