import type { Connection } from '../../connections/connection.ts';

/** Google marks every clip with SynthID (guide to Gemini Omni and Veo's page at Vertex AI, read 2026-10); the sandbox doesn't. */
export function googleProvenance({ embedded }: Connection): { readonly provenance?: { readonly synthid: true } } {
  return embedded ? {} : { provenance: { synthid: true } };
}
